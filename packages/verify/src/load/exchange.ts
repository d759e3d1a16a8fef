import { crc32 } from 'node:zlib';
import type { StreamKind } from '../account/streams.js';
import type { ExchangeEvidence } from '../account/verdicts.js';
import { type MarkerSearch, markedBodyBytes } from '../options/served-marker.js';
import type { RequestTemplate } from '../plan/request-template.js';

/** One request and what was seen of its answer so far. Written by its connection, read once by the ledger. */
export class Exchange {
  readonly seq: number;
  readonly stream: StreamKind;
  readonly templateIndex: number;
  readonly intendedUs: number;
  begunUs: number;
  reused = false;
  sent = false;
  excused = false;
  closeAnnounced = false;
  status = 0;
  responseBytes = 0;
  bodyBytes = 0;
  /** Whether the answer carries the marker of its handler. */
  marked = false;
  readonly #template: RequestTemplate;
  readonly #marker: MarkerSearch | undefined;
  #crc = 0;
  #text = '';

  constructor(
    seq: number,
    stream: StreamKind,
    templateIndex: number,
    template: RequestTemplate,
    intendedUs: number,
    begunUs: number,
    marker: MarkerSearch | undefined,
  ) {
    this.seq = seq;
    this.stream = stream;
    this.templateIndex = templateIndex;
    this.#template = template;
    this.#marker = marker;
    this.intendedUs = intendedUs;
    this.begunUs = begunUs;
  }

  takeHead(text: string): void {
    if (this.#marker?.inHead(text) === true) this.marked = true;
  }

  takeHeaders(names: readonly string[]): void {
    if (this.#marker?.inHeaders(names) === true) this.marked = true;
  }

  takeBody(chunk: Buffer): void {
    if (this.#marker?.wantsBody === true && !this.marked && this.bodyBytes < markedBodyBytes) {
      this.#text += chunk.toString('latin1', 0, markedBodyBytes - this.bodyBytes);
      this.marked = this.#marker.inBody(this.#text);
    }
    this.bodyBytes += chunk.length;
    if (this.#template.expect.body !== undefined) this.#crc = crc32(chunk, this.#crc);
  }

  evidence(end: ExchangeEvidence['end']): ExchangeEvidence {
    return {
      reused: this.reused,
      sent: this.sent,
      excused: this.excused,
      responseBytes: this.responseBytes,
      complete: end === 'complete',
      status: this.status,
      asExpected: end === 'complete' && this.#isAsExpected(),
      end,
    };
  }

  #isAsExpected(): boolean {
    const { statuses, body, marked } = this.#template.expect;
    if (statuses.length > 0 && !statuses.includes(this.status)) return false;
    if (marked === true && !this.marked) return false;
    return body === undefined || (body.bytes === this.bodyBytes && body.crc32 === this.#crc);
  }
}
