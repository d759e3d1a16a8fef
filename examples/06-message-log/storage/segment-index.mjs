import { crc32 } from 'node:zlib';

/**
 * Where batches begin in a segment: one entry for every few kilobytes, so that a read has little to pass over. It is
 * written when a segment is full and when the service stops, together with how long the segment was; a segment that
 * has none, or another length (its process was killed), is read through at the next start.
 *
 * ```
 *   crc32 of what follows 4 │ segment's bytes 8 │ next offset 8 │ entries × ( offset 8 │ position 8 )
 * ```
 */
export class SegmentIndex {
  /** @type {number[]} */
  #offsets;
  /** @type {number[]} */
  #positions;

  /**
   * @param {readonly number[]} [offsets]
   * @param {readonly number[]} [positions]
   */
  constructor(offsets = [], positions = []) {
    this.#offsets = [...offsets];
    this.#positions = [...positions];
  }

  /**
   * Notes where a batch begins, when the last note is far enough behind.
   * @param {number} offset
   * @param {number} position
   */
  add(offset, position) {
    const last = this.#positions.at(-1);
    if (last !== undefined && position - last < everyBytes) return;
    this.#offsets.push(offset);
    this.#positions.push(position);
  }

  /**
   * Where to begin to look for an offset.
   * @param {number} offset
   */
  positionBefore(offset) {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return this.#positions[low - 1] ?? 0;
  }

  /**
   * @param {number} segmentBytes
   * @param {number} nextOffset
   */
  encode(segmentBytes, nextOffset) {
    const numbers = [segmentBytes, nextOffset];
    this.#offsets.forEach((offset, entry) => numbers.push(offset, this.#positions[entry] ?? 0));
    const bytes = Buffer.allocUnsafe(checksumBytes + numbers.length * numberBytes);
    numbers.forEach((number, place) => {
      bytes.writeBigUInt64BE(BigInt(number), checksumBytes + place * numberBytes);
    });
    bytes.writeUInt32BE(crc32(bytes.subarray(checksumBytes)), 0);
    return bytes;
  }
}

const everyBytes = 4_096;
const checksumBytes = 4;
const numberBytes = 8;

/**
 * Reads an index; undefined when it is not whole, or that of another length of the segment.
 * @param {Buffer | undefined} bytes
 * @param {number} segmentBytes
 * @returns {{ index: SegmentIndex, nextOffset: number } | undefined}
 */
export function decodeIndex(bytes, segmentBytes) {
  if (bytes === undefined || bytes.length < checksumBytes + 2 * numberBytes) return undefined;
  if (crc32(bytes.subarray(checksumBytes)) !== bytes.readUInt32BE(0)) return undefined;
  /** @type {number[]} */
  const numbers = [];
  for (let at = checksumBytes; at < bytes.length; at += numberBytes) {
    numbers.push(Number(bytes.readBigUInt64BE(at)));
  }
  const [bytesThen, nextOffset = 0, ...entries] = numbers;
  if (bytesThen !== segmentBytes) return undefined;
  const offsets = entries.filter((_, place) => place % 2 === 0);
  const positions = entries.filter((_, place) => place % 2 === 1);
  return { index: new SegmentIndex(offsets, positions), nextOffset };
}
