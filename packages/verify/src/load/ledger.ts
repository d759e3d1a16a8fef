import type { StreamKind } from '../account/streams.js';
import { type ExchangeEvidence, type Verdict, verdictOf } from '../account/verdicts.js';
import { createMarkerSearch, type MarkerSearch, type ServedMarker } from '../options/served-marker.js';
import type { RequestTemplate } from '../plan/request-template.js';
import { Exchange } from './exchange.js';
import type { RunClock } from './monotonic-clock.js';
import type { RequestLog } from './request-log.js';

/**
 * The account of one load process. A request is opened once and settled once; what is settled is written to the log
 * and forgotten. At the end `opened` equals the number of records, whatever happened in between.
 */
export class Ledger {
  readonly #worker: number;
  readonly #templates: readonly RequestTemplate[];
  readonly #clock: RunClock;
  readonly #log: RequestLog;
  readonly #marker: MarkerSearch | undefined;
  readonly #open = new Set<Exchange>();
  #opened = 0;
  #onEmpty: (() => void) | undefined;

  constructor(
    worker: number,
    templates: readonly RequestTemplate[],
    clock: RunClock,
    log: RequestLog,
    marker?: ServedMarker,
  ) {
    this.#worker = worker;
    this.#templates = templates;
    this.#clock = clock;
    this.#log = log;
    this.#marker = marker && createMarkerSearch(marker);
  }

  get opened(): number {
    return this.#opened;
  }

  /** A request is about to be sent. `intendedUs`: when the plan wanted it, for streams that keep a rate. */
  open(stream: StreamKind, templateIndex: number, intendedUs?: number): Exchange {
    const template = this.#templates[templateIndex];
    if (template === undefined) throw new Error(`no request template ${templateIndex}`);
    const now = this.#clock.nowUs();
    const exchange = new Exchange(
      this.#opened,
      stream,
      templateIndex,
      template,
      intendedUs ?? now,
      now,
      this.#marker,
    );
    this.#opened += 1;
    this.#open.add(exchange);
    return exchange;
  }

  /** Gives the request its verdict. Settling it again changes nothing. */
  settle(exchange: Exchange, end: ExchangeEvidence['end']): Verdict | undefined {
    if (!this.#open.delete(exchange)) return undefined;
    const verdict = verdictOf(exchange.evidence(end));
    this.#log.append({
      worker: this.#worker,
      seq: exchange.seq,
      stream: exchange.stream,
      verdict,
      template: exchange.templateIndex,
      intendedUs: exchange.intendedUs,
      begunUs: exchange.begunUs,
      endedUs: this.#clock.nowUs(),
      status: exchange.status,
      bodyBytes: exchange.bodyBytes,
      reused: exchange.reused,
      sent: exchange.sent,
      closeAnnounced: exchange.closeAnnounced,
      marked: exchange.marked,
    });
    if (this.#open.size === 0) this.#onEmpty?.();
    return verdict;
  }

  /** Settles every request that was opened before the instant and is still unanswered. */
  expire(beforeUs: number): void {
    for (const exchange of this.#open) {
      if (exchange.begunUs < beforeUs && exchange.stream !== 'stuck') this.settle(exchange, 'timeout');
    }
  }

  /** Resolves when nothing is open any more, or settles the rest as unanswered after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    if (this.#open.size > 0) {
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, graceMs);
        this.#onEmpty = () => {
          clearTimeout(patience);
          resolve();
        };
      });
    }
    this.#onEmpty = undefined;
    for (const exchange of this.#open) this.settle(exchange, 'timeout');
    this.#log.close();
  }
}
