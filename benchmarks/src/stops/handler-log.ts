import { existsSync, readFileSync } from 'node:fs';

/** When the handler ran, for every request it ran for: id to milliseconds of the monotonic clock. */
export type HandlerRuns = ReadonlyMap<string, number>;

/**
 * Reads what the handler wrote down.
 * @throws Error when a handler ran twice for the same request: somebody retried, and the account would be wrong
 */
export function readHandlerLog(file: string): HandlerRuns {
  const runs = new Map<string, number>();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  for (const line of text.split('\n')) {
    const [id, atMs] = line.split(' ');
    if (id === undefined || id === '') {
      continue;
    }
    if (runs.has(id)) {
      throw new Error(`the handler ran twice for ${id}`);
    }
    runs.set(id, Number(atMs));
  }
  return runs;
}
