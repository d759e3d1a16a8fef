import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** What the server wrote: its tail for people, and the ids of the requests that it says it served. */
export interface ServerOutput {
  watch(stream: Readable): void;
  tail(): string;
  /** Whether the log named the request as served. Always false without a pattern. */
  served(worker: number, seq: number): boolean;
  /** Served lines that named a request. */
  servedCount(): number;
  /** Resolves when everything has been read that was written: when every watched stream has ended. */
  ended(): Promise<void>;
}

const tailCharacters = 8 * 1_024;
const longestLine = 64 * 1_024;
const requestId = /\bqv-(\d+)-(\d+)\b/;

export function createServerOutput(servedLog: RegExp | undefined): ServerOutput {
  let tail = '';
  let count = 0;
  const served = new Map<number, BitSet>();
  const ends: Promise<unknown>[] = [];
  const takeLine = (line: string): void => {
    if (servedLog?.test(line) !== true) return;
    const id = requestId.exec(line);
    if (id === null) return;
    const worker = Number(id[1]);
    const bits = served.get(worker) ?? createBitSet();
    served.set(worker, bits);
    if (bits.add(Number(id[2]))) count += 1;
  };
  return {
    watch(stream) {
      ends.push(new Promise((resolve) => stream.once('close', resolve)));
      const decoder = new StringDecoder('utf8');
      let rest = '';
      stream.on('data', (chunk: Buffer) => {
        const text = decoder.write(chunk);
        tail = (tail + text).slice(-tailCharacters);
        if (servedLog === undefined) return;
        const lines = (rest + text).split('\n');
        rest = (lines.pop() ?? '').slice(0, longestLine);
        for (const line of lines) takeLine(line);
      });
      stream.on('end', () => takeLine(rest));
      stream.on('error', () => undefined);
    },
    tail: () => tail,
    served: (worker, seq) => served.get(worker)?.has(seq) ?? false,
    servedCount: () => count,
    ended: async () => void (await Promise.all(ends)),
  };
}

interface BitSet {
  /** False when it was there already. */
  add(index: number): boolean;
  has(index: number): boolean;
}

/** One bit a request: a log of a million requests fits into 125 kB. */
function createBitSet(): BitSet {
  let bytes = new Uint8Array(1_024);
  const maskOf = (index: number): number => 1 << (index & 7);
  return {
    add(index) {
      const byte = index >>> 3;
      if (byte >= bytes.length) {
        const larger = new Uint8Array(Math.max(byte + 1, bytes.length * 2));
        larger.set(bytes);
        bytes = larger;
      }
      const before = bytes[byte] ?? 0;
      bytes[byte] = before | maskOf(index);
      return (before & maskOf(index)) === 0;
    },
    has: (index) => ((bytes[index >>> 3] ?? 0) & maskOf(index)) !== 0,
  };
}
