import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { nameRequest } from '../../../src/http/connections/request-name.js';

function request(method: string, url: string): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method, url });
}

describe('the name of a request in reports', () => {
  it.each([
    ['GET', '/', 'GET /'],
    ['POST', '/orders/17?token=secret', 'POST /orders/17'],
    ['GET', '/a#fragment?x', 'GET /a'],
    ['GET', '/a?line\nbreak=1', 'GET /a'],
    ['GET', '?token=secret', 'GET /'],
    ['GET', 'http://user:password@example.test/path?x=1', 'GET /path'],
    ['GET', 'http://user:password@example.test?x=1', 'GET /'],
    ['GET', 'http://user:password@example.test', 'GET /'],
    ['OPTIONS', '*', 'OPTIONS *'],
    ['CONNECT', 'example.test:443', 'CONNECT example.test:443'],
  ])('of %s %s is %s', (method, url, name) => {
    expect(nameRequest(request(method, url))).toBe(name);
  });

  it('is that of the whole path inside a mounted router', () => {
    const inside = Object.assign(request('GET', '/17?x=1'), { originalUrl: '/orders/17?x=1' });
    expect(nameRequest(inside)).toBe('GET /orders/17');
  });

  it('is not longer than a line', () => {
    expect(nameRequest(request('GET', `/${'a'.repeat(5_000)}`))).toHaveLength(205);
  });
});
