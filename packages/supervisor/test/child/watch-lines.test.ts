import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { watchLines } from '../../src/child/watch-lines.js';

interface Watched {
  readonly output: PassThrough;
  readonly errors: PassThrough;
  readonly found: readonly string[];
  readonly end: () => void;
}

function watch(pattern: RegExp): Watched {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const found: string[] = [];
  const end = watchLines([output, errors], pattern, (line) => found.push(line));
  return { output, errors, found, end };
}

/** Streams hand on what was written in a later turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a line that is waited for', () => {
  it('is found in either stream, once, however it was cut into pieces', async () => {
    const { output, errors, found } = watch(/^Server is ready$/);
    output.write('Starting\nServer is');
    errors.write('Server is ready or not\n');
    await turn();
    expect(found).toEqual([]);
    output.write(' ready\n');
    await turn();
    output.write('Server is ready\n');
    await turn();
    expect(found).toEqual(['Server is ready']);
    expect(output.listenerCount('data') + errors.listenerCount('data')).toBe(0);
  });

  it('need not have ended, and may hold characters of several bytes', async () => {
    const { output, found } = watch(/bereit für \d+/u);
    const bytes = Buffer.from('läuft, bereit für 17');
    output.write(bytes.subarray(0, 2));
    output.write(bytes.subarray(2));
    await turn();
    expect(found).toEqual(['läuft, bereit für 17']);
  });

  it('is found by a pattern with a memory of its own as by any other', async () => {
    const { output, found } = watch(/ready/gy);
    output.write('not ready\nready\n');
    await turn();
    expect(found).toEqual(['not ready']);
  });

  it('is not searched for in more than 64 KiB of one line', async () => {
    const { output, found, end } = watch(/^a.*z$/);
    output.write('a');
    for (let index = 0; index < 100; index += 1) output.write('b'.repeat(1_024));
    output.write('z\n');
    await turn();
    expect(found).toEqual([]);
    end();
    expect(output.listenerCount('data')).toBe(0);
  });
});
