import { statSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import type { ResolvedReadiness } from './readiness-options.js';

/** Readiness that can be asked for again and again. */
export type AskedReadiness = Exclude<ResolvedReadiness, { readonly kind: 'log' }>;

/** What a file was like before the command was started: one left by an earlier run says nothing. */
export type FileBefore = string;

/** What a file is like now; empty when there is none. */
export function lookAtFile(path: string): FileBefore {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}:${stats.mtimeNs}`;
}

/** Asks once; resolves when the command is ready, rejects with why it is not. */
export function ask(readiness: AskedReadiness, before: FileBefore, signal: AbortSignal): Promise<void> {
  switch (readiness.kind) {
    case 'http':
      return askHttp(readiness.url, signal);
    case 'tcp':
      return askTcp(readiness.host, readiness.port, signal);
    case 'file':
      return askFile(readiness.path, before);
  }
}

function askHttp(url: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { signal, agent: false }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 400) resolve();
      else reject(new Error(`${url} answered with ${statusCode}`));
    });
    request.once('error', reject);
  });
}

function askTcp(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const abort = (): void => void socket.destroy(new Error(`${host}:${port} took no connection in time`));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    socket.once('connect', () => {
      resolve();
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => signal.removeEventListener('abort', abort));
  });
}

async function askFile(path: string, before: FileBefore): Promise<void> {
  const now = lookAtFile(path);
  if (now === '') throw new Error(`there is no file ${path}`);
  if (now === before) throw new Error(`${path} is from before the command was started`);
}
