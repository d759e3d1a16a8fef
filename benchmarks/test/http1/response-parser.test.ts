import { describe, expect, it } from 'vitest';
import { MalformedResponseError, ResponseParser } from '../../src/http1/response-parser.js';

interface Read {
  readonly status: number | undefined;
  readonly keepAlive: boolean | undefined;
  readonly body: string;
  readonly complete: boolean;
}

/** Feeds the bytes in blocks of a size, and then a clean end if asked to. */
function read(text: string, blockBytes: number, ends = false): Read {
  let status: number | undefined;
  let keepAlive: boolean | undefined;
  let body = '';
  let complete = false;
  const parser = new ResponseParser({
    onHead(head) {
      ({ status, keepAlive } = head);
    },
    onBody(chunk) {
      body += chunk.toString('latin1');
    },
    onComplete() {
      complete = true;
    },
  });
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += blockBytes) {
    parser.execute(bytes.subarray(at, at + blockBytes));
  }
  if (ends) {
    parser.finish();
  }
  return { status, keepAlive, body, complete };
}

const counted = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: t\r\n\r\n';

describe('response parser', () => {
  for (const blockBytes of [1, 2, 7, 4096]) {
    it(`reads a counted body in blocks of ${blockBytes}`, () => {
      expect(read(counted, blockBytes)).toEqual({
        status: 200,
        keepAlive: true,
        body: 'hello',
        complete: true,
      });
    });

    it(`reads a chunked body in blocks of ${blockBytes}`, () => {
      expect(read(chunked, blockBytes)).toEqual({
        status: 200,
        keepAlive: false,
        body: 'hello',
        complete: true,
      });
    });
  }

  it('takes no answer for complete before its last byte', () => {
    for (const answer of [counted, chunked]) {
      for (let bytes = 1; bytes < answer.length; bytes += 1) {
        expect(read(answer.slice(0, bytes), 1, true).complete, `after ${bytes} bytes`).toBe(false);
      }
    }
  });

  it('takes the end of the connection for the end of a body that nothing else frames', () => {
    const answer = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nwhy';
    expect(read(answer, 3).complete).toBe(false);
    expect(read(answer, 3, true)).toEqual({ status: 400, keepAlive: false, body: 'why', complete: true });
  });

  it('passes over interim answers', () => {
    expect(read(`HTTP/1.1 100 Continue\r\n\r\n${counted}`, 4).status).toBe(200);
  });

  it('reads an empty body', () => {
    expect(read('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 1).complete).toBe(true);
  });

  for (const [what, answer] of Object.entries({
    'a body that is longer than its length': `${counted}x`,
    'a second answer that was not asked for': counted + counted,
    'a length beside a transfer coding': `HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`,
    'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello',
    'a chunk that is longer than its size':
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n',
    'a chunk size that is no number': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'another version': 'HTTP/1.0 200 OK\r\n\r\n',
    'a folded field': 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n',
  })) {
    it(`refuses ${what}`, () => {
      expect(() => read(answer, 4096)).toThrow(MalformedResponseError);
    });
  }
});
