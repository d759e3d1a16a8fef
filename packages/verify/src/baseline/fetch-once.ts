import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { crc32 } from 'node:zlib';
import type { Target } from '../load/assignment.js';

/** One answer, read to its end. */
export interface Fetched {
  readonly status: number;
  readonly crc32: number;
  readonly bytes: number;
  /** The beginning of the body. */
  readonly text: string;
  readonly durationMs: number;
}

export interface FetchOptions {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Announces a body of that many bytes and sends only half of it. */
  readonly halfBodyBytes?: number;
}

const textBytes = 4_096;

/** One request on a connection of its own; undefined when no complete answer came in time. */
export async function fetchOnce(target: Target, options: FetchOptions): Promise<Fetched | undefined> {
  const begun = performance.now();
  const { method, path, body, halfBodyBytes } = options;
  const length = halfBodyBytes ?? Buffer.byteLength(body);
  const headers = length > 0 ? { ...options.headers, 'content-length': String(length) } : options.headers;
  return await new Promise<Fetched | undefined>((resolve) => {
    const request = (target.tls ? requestTls : requestPlain)(
      {
        host: target.host,
        port: target.port,
        method,
        path,
        headers,
        agent: false,
        rejectUnauthorized: false,
      },
      (response) => {
        let crc = 0;
        let bytes = 0;
        let text = '';
        response.on('data', (chunk: Buffer) => {
          crc = crc32(chunk, crc);
          if (bytes < textBytes) text += chunk.toString('utf8', 0, textBytes - bytes);
          bytes += chunk.length;
        });
        response.on('error', () => undefined);
        response.on('end', () => {
          const durationMs = performance.now() - begun;
          resolve({ status: response.statusCode ?? 0, crc32: crc, bytes, text, durationMs });
          request.destroy();
        });
      },
    );
    const patience = setTimeout(() => request.destroy(), options.timeoutMs);
    request.on('error', () => undefined);
    request.on('close', () => {
      clearTimeout(patience);
      resolve(undefined);
    });
    if (halfBodyBytes === undefined) request.end(body);
    else request.write(Buffer.alloc(Math.floor(halfBodyBytes / 2), 'q'));
  });
}
