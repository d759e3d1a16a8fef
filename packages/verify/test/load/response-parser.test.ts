import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ResponseParser } from '../../src/load/http1/response-parser.js';

interface Seen {
  readonly responses: { status: number; close: boolean; body: string; complete: boolean }[];
}

function parse(chunks: readonly Buffer[], ended = false): Seen & { midway: boolean } {
  const responses: Seen['responses'] = [];
  const parser = new ResponseParser({
    head: ({ status, close }) => responses.push({ status, close, body: '', complete: false }),
    body: (chunk) => {
      const last = responses.at(-1);
      if (last) last.body += chunk.toString('latin1');
    },
    complete: () => {
      const last = responses.at(-1);
      if (last) last.complete = true;
    },
  });
  for (const chunk of chunks) parser.push(chunk);
  if (ended) parser.end();
  return { responses, midway: parser.midway };
}

const wire = [
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;ext=1\r\n world\r\n0\r\nTrailer: x\r\n\r\n',
  'HTTP/1.1 503 Service Unavailable\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n',
].join('');
const expected = [
  { status: 200, close: false, body: 'hello', complete: true },
  { status: 204, close: false, body: '', complete: true },
  { status: 200, close: false, body: 'hello world', complete: true },
  { status: 503, close: true, body: '', complete: true },
];

describe('the response parser', () => {
  it('reads every framing, however the bytes are cut', () => {
    const bytes = Buffer.from(wire, 'latin1');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 40 }), (cuts) => {
        const at = [0, ...new Set(cuts), bytes.length].toSorted((a, b) => a - b);
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(parse(chunks)).toEqual({ responses: expected, midway: false });
      }),
    );
  });

  it('knows an answer that broke off at any byte from one that ended', () => {
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'latin1');
    for (let length = 1; length < bytes.length; length += 1) {
      const { responses, midway } = parse([bytes.subarray(0, length)], true);
      expect(responses.every(({ complete }) => !complete) && midway, `after ${length} bytes`).toBe(true);
    }
  });

  it('completes a body that is delimited by the end of the connection only when that ends in order', () => {
    const bytes = Buffer.from('HTTP/1.0 200 OK\r\n\r\nsome text', 'latin1');
    expect(parse([bytes]).responses[0]).toMatchObject({ complete: false, close: true });
    expect(parse([bytes], true).responses[0]).toMatchObject({ complete: true, body: 'some text' });
  });

  it.each([
    ['no HTTP at all', '220 mail.example ESMTP\r\n\r\n'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
  ])('throws on %s', (_what, text) => {
    expect(() => parse([Buffer.from(text)])).toThrow(Error);
  });
});
