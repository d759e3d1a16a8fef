import { crc32 } from 'node:zlib';
import type { StreamKind } from '../account/streams.js';
import type { ExchangeEvidence } from '../account/verdicts.js';
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
  readonly #template: RequestTemplate;
  #crc = 0;

  constructor(
    seq: number,
    stream: StreamKind,
    templateIndex: number,
    template: RequestTemplate,
    intendedUs: number,
    begunUs: number,
  ) {
    this.seq = seq;
    this.stream = stream;
    this.templateIndex = templateIndex;
    this.#template = template;
    this.intendedUs = intendedUs;
    this.begunUs = begunUs;
  }

  takeBody(chunk: Buffer): void {
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
    const { statuses, body } = this.#template.expect;
    if (statuses.length > 0 && !statuses.includes(this.status)) return false;
    return body === undefined || (body.bytes === this.bodyBytes && body.crc32 === this.#crc);
  }
}
