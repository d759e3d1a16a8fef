import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VerifyOptionsError } from '../../src/errors.js';
import { readRequests } from '../../src/requests/read-requests.js';

describe('requests from a file', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quiesce-requests-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const fileOf = (content: string): string => {
    const file = join(directory, 'requests.json');
    writeFileSync(file, content);
    return file;
  };

  it('reads a list with all its fields', () => {
    const request = {
      path: '/a',
      method: 'PUT',
      headers: { accept: '*/*' },
      body: 'x',
      status: 201,
      role: 'upload',
      weight: 3,
    };
    expect(readRequests(fileOf(JSON.stringify([request])))).toEqual([request]);
  });

  it('reads a HAR log: paths only, no headers of the connection, equal requests as one with a weight', () => {
    const entry = {
      request: {
        method: 'post',
        url: 'https://shop.example/cart?id=1',
        headers: [
          { name: 'Host', value: 'shop.example' },
          { name: ':authority', value: 'shop.example' },
          { name: 'Content-Type', value: 'application/json' },
        ],
        postData: { text: '{}' },
      },
      response: { status: 201 },
    };
    const har = {
      log: { entries: [entry, entry, { request: { method: 'GET', url: 'data:text/plain,x' } }] },
    };
    expect(readRequests(fileOf(JSON.stringify(har)))).toEqual([
      {
        method: 'POST',
        path: '/cart?id=1',
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
        status: 201,
        weight: 2,
      },
    ]);
  });

  it.each([
    ['text that is no JSON', 'hello', '--requests'],
    ['an object that is no HAR log', '{}', '--requests'],
    ['an empty HAR log', '{"log":{"entries":[]}}', '--requests'],
    ['a request without a path', '[{"method":"GET"}]', '--requests[0].path'],
    ['an unknown role', '[{"path":"/","role":"x"}]', '--requests[0].role'],
    [
      'a header that would split the request',
      '[{"path":"/","headers":{"a":"b\\r\\nc: d"}}]',
      '--requests[0].headers.a',
    ],
  ])('says what is wrong with %s', (_what, content, option) => {
    expect(() => readRequests(fileOf(content))).toThrow(
      expect.toSatisfy((error: unknown) => error instanceof VerifyOptionsError && error.option === option),
    );
  });
});
