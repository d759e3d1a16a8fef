import type { Readable } from 'node:stream';

/** How much of one line is looked at, in characters: a program may write for ever without a line break. */
const longestLine = 65_536;

/**
 * Calls back once, with the first line of a child's output that matches, and then reads no more. It only looks on:
 * somebody else has to take the output.
 *
 * @returns a function that ends the looking on
 */
export function watchLines(
  streams: readonly Readable[],
  pattern: RegExp,
  found: (line: string) => void,
): () => void {
  // `test` of a global or sticky pattern would go on where it was the last time.
  const matcher = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''));
  const ends = streams.map((stream) => {
    let rest = '';
    const take = (chunk: Buffer): void => {
      // Bytes as they are: a line break is never a part of another character in UTF-8.
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = (lines.pop() ?? '').slice(-longestLine);
      for (const line of [...lines, rest]) {
        const text = Buffer.from(line, 'latin1').toString('utf8');
        if (!matcher.test(text)) continue;
        end();
        found(text.trimEnd());
        return;
      }
    };
    stream.on('data', take);
    return () => stream.off('data', take);
  });
  const end = (): void => {
    for (const each of ends) each();
  };
  return end;
}
