import { readdir } from 'node:fs/promises';
import { Segment } from './segment.mjs';

/** @typedef {import('./record-batch.mjs').RecordBatch} RecordBatch */

/**
 * What all parts of a partition on the disk are opened with.
 * @typedef {object} Place
 * @property {import('./file-store.mjs').FileStore} store
 * @property {string} folder that exists
 * @property {number} segmentBytes a segment that has grown over it is followed by the next one
 * @property {import('./segment.mjs').Warn} warn
 */

/** The log of a partition: its segments, of which the last is written to. */
export class SegmentedLog {
  #place;
  #segments;

  /** @param {Place} place */
  static async open(place) {
    const found = (await readdir(place.folder))
      .filter((name) => /^\d{20}\.log$/.test(name))
      .map((name) => Number(name.slice(0, 20)));
    const firstOffsets = found.length === 0 ? [0] : found.toSorted((a, b) => a - b);
    /** @type {{ firstOffset: number, segment: Segment }[]} */
    const segments = [];
    for (const firstOffset of firstOffsets) {
      const isLast = firstOffset === firstOffsets.at(-1);
      segments.push({ firstOffset, segment: await Segment.open({ ...place, firstOffset, isLast }) });
    }
    segments.forEach(({ firstOffset }, number) => {
      const before = segments[number - 1]?.segment.nextOffset ?? firstOffset;
      if (before !== firstOffset)
        throw new Error(`${place.folder}: messages ${before} to ${firstOffset - 1} are not there`);
    });
    return new SegmentedLog(place, segments);
  }

  /**
   * @param {Place} place
   * @param {{ firstOffset: number, segment: Segment }[]} segments
   */
  constructor(place, segments) {
    this.#place = place;
    this.#segments = segments;
  }

  get nextOffset() {
    return this.#last.nextOffset;
  }

  /**
   * Writes batches to the last segment, or to the next one when that is full.
   * @param {readonly RecordBatch[]} batches
   */
  async append(batches) {
    const [first] = batches;
    if (first !== undefined && this.#last.size >= this.#place.segmentBytes)
      await this.#beginSegment(first.firstOffset);
    await this.#last.append(batches);
  }

  sync() {
    return this.#last.sync();
  }

  /**
   * The batches from the one with `offset` on.
   * @param {number} offset
   * @param {number} maxBytes
   */
  async read(offset, maxBytes) {
    const found = this.#segments.findLast(({ firstOffset }) => firstOffset <= offset);
    return found === undefined ? [] : found.segment.read(offset, maxBytes);
  }

  writeIndex() {
    return this.#last.writeIndex();
  }

  async close() {
    await Promise.all(this.#segments.map(({ segment }) => segment.close()));
  }

  get #last() {
    const last = this.#segments.at(-1);
    if (last === undefined) throw new Error('a log has a segment');
    return last.segment;
  }

  /** What was full is durable, and has its index, before anything comes after it. @param {number} firstOffset */
  async #beginSegment(firstOffset) {
    await this.#last.sync();
    await this.#last.writeIndex();
    const segment = await Segment.open({ ...this.#place, firstOffset, isLast: true });
    this.#segments.push({ firstOffset, segment });
  }
}
