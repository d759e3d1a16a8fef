import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { crc32 } from 'node:zlib';
import { authorityOf, type Target } from '../load/assignment.js';
import { markedBodyBytes } from '../options/served-marker.js';

/** One answer, read to its end. */
export interface Fetched {
  readonly status: number;
  readonly crc32: number;
  readonly bytes: number;
  /** The beginning of the body. */
  readonly text: string;
  /** The names of its headers, in small letters. */
  readonly headers: readonly string[];
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

const textBytes = markedBodyBytes;

/** One request on a connection of its own; undefined when no complete answer came in time. */
export async function fetchOnce(target: Target, options: FetchOptions): Promise<Fetched | undefined> {
  const begun = performance.now();
  const { method, path, body, halfBodyBytes } = options;
  const length = halfBodyBytes ?? Buffer.byteLength(body);
  const headers = {
    host: authorityOf(target),
    ...lowerCaseNames(options.headers),
    ...(length > 0 && { 'content-length': String(length) }),
  };
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
        ...(target.name && { servername: target.name }),
      },
      (response) => {
        let crc = 0;
        let bytes = 0;
        let text = '';
        response.on('data', (chunk: Buffer) => {
          crc = crc32(chunk, crc);
          if (bytes < textBytes) text += chunk.toString('latin1', 0, textBytes - bytes);
          bytes += chunk.length;
        });
        response.on('error', () => undefined);
        response.on('end', () => {
          const durationMs = performance.now() - begun;
          resolve({
            status: response.statusCode ?? 0,
            crc32: crc,
            bytes,
            text,
            headers: Object.keys(response.headers),
            durationMs,
          });
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

function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
