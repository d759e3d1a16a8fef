import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something, but not for ever. @throws Error that says what did not come in time */
export async function withinLimit<T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const timeout = sleep(limitMs, undefined, { signal: limit.signal }).then(() => {
    throw new Error(`${what} took longer than ${limitMs} ms`);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    limit.abort();
    timeout.catch(() => {}); // the abort is what was wanted
  }
}
