import type { Readable } from 'node:stream';

export type OutputStream = 'stdout' | 'stderr';

interface Line {
  readonly from: OutputStream;
  readonly text: string;
}

interface Waiter {
  take(line: Line): boolean;
  end(): void;
}

/** What a process writes, line by line. */
export interface ProcessOutput {
  text(from: OutputStream): string;
  /**
   * Resolves with the first line that matches, also one that came before the call; with `undefined` when the output
   * has ended without one.
   */
  findLine(pattern: RegExp | string, from?: OutputStream): Promise<string | undefined>;
}

/** Collects both streams until they end. */
export function collectOutput(streams: Readonly<Record<OutputStream, Readable>>): ProcessOutput {
  const texts = { stdout: '', stderr: '' };
  const lines: Line[] = [];
  const waiters = new Set<Waiter>();
  let open = 2;

  const addLine = (line: Line): void => {
    lines.push(line);
    for (const waiter of waiters) if (waiter.take(line)) waiters.delete(waiter);
  };
  const end = (): void => {
    open -= 1;
    if (open > 0) return;
    for (const waiter of waiters) waiter.end();
    waiters.clear();
  };
  for (const from of ['stdout', 'stderr'] as const) {
    const stream = streams[from].setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      texts[from] += chunk;
    });
    readLines(stream, (text) => addLine({ from, text }), end);
  }

  return {
    text: (from) => texts[from],
    findLine(pattern, from) {
      const matches = (line: Line): boolean =>
        (from === undefined || line.from === from) &&
        (typeof pattern === 'string' ? line.text.includes(pattern) : line.text.search(pattern) >= 0);
      const found = lines.find(matches);
      if (found !== undefined || open === 0) return Promise.resolve(found?.text);
      return new Promise((resolve) => {
        waiters.add({
          take(line) {
            if (!matches(line)) return false;
            resolve(line.text);
            return true;
          },
          end: () => resolve(undefined),
        });
      });
    },
  };
}

/** Cuts a stream into lines; what comes after the last line break is a line as well. */
function readLines(stream: Readable, onLine: (line: string) => void, onEnd: () => void): void {
  let rest = '';
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(part.replace(/\r$/, ''));
  });
  stream.once('close', () => {
    if (rest !== '') onLine(rest);
    onEnd();
  });
}
