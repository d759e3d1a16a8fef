import { createReadStream } from 'node:fs';

/** A line that is longer than this is given in pieces, so that a file without breaks needs no memory of its size. */
const longestLine = 1_048_576;

/** A line of a file. */
export interface FileLine {
  /** Its bytes, without the line break. */
  readonly bytes: Buffer;
  /** Whether a line break follows it. */
  readonly isWhole: boolean;
}

/** The lines of a file. What comes after the last line break is one as well, if it is anything. */
export async function* readLines(path: string): AsyncGenerator<FileLine> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, begin)) {
      yield { bytes: bytes.subarray(begin, end), isWhole: true };
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
    if (rest.length > longestLine) {
      yield { bytes: rest, isWhole: false };
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield { bytes: rest, isWhole: false };
}
