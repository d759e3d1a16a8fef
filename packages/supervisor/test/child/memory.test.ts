import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import { passOn } from '../../src/child/pass-on.js';
import { watchLines } from '../../src/child/watch-lines.js';

/** A line is 1,000 characters. */
const bytesALine = 60;
const line = `${'.'.repeat(999)}\n`;

it.for([
  { title: 'of a child that is ready', pattern: /^\.+$/, text: line },
  { title: 'of a child that is not ready yet', pattern: /ready/, text: line },
  { title: 'without an end', pattern: /ready/, text: line.replace('\n', '.') },
])('nothing is kept of lines $title', async ({ pattern, text }) => {
  const [from, to] = [new PassThrough(), new PassThrough()];
  to.resume();
  passOn(from, to);
  const end = watchLines([from], pattern, () => undefined);
  const growth = await heapGrowth(10_000, async (count) => {
    for (let each = 0; each < count; each += 1) {
      await new Promise<void>((resolve) => from.write(text, () => resolve()));
    }
  });
  end();
  from.destroy();
  to.destroy();
  expect(growth).toBeLessThan(bytesALine);
});
