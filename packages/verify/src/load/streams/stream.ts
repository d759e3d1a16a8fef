import type { LatencySummary } from '../../account/histogram.js';
import type { Random } from '../../plan/random.js';
import type { RequestTemplate } from '../../plan/request-template.js';
import type { Acknowledged, HeldObservation } from '../assignment.js';
import type { Exchange } from '../exchange.js';
import type { ConnectionHost } from '../http1/connection.js';
import { formatRequestId, type RequestWriter } from '../http1/request-bytes.js';
import type { RunClock } from '../monotonic-clock.js';
import type { Routing } from '../routing.js';

/** What every stream of a load process is given. */
export interface StreamContext extends ConnectionHost {
  readonly worker: number;
  readonly clock: RunClock;
  readonly random: Random;
  readonly routing: Routing;
  readonly templates: readonly RequestTemplate[];
  readonly writers: readonly RequestWriter[];
  /** Whether the run is over: nothing new is begun. */
  readonly finishing: () => boolean;
}

/** One kind of load at work. */
export interface Stream {
  /** Resolves when the stream is in its stride, so that the stop may be timed from there. */
  readonly established: Promise<void>;
  /** Begins nothing new; what is open is left to its end. */
  finish(): void;
  /** What became of connections that carry no waiting request. */
  readonly held?: () => readonly HeldObservation[];
  /** Resolves when all connections that carry no waiting request have been closed. */
  readonly gone?: Promise<void>;
  /** Durable writes that were acknowledged. */
  readonly acknowledged?: () => Acknowledged;
  /** How late the requests of a stream with a rate were sent. */
  readonly lateness?: () => LatencySummary;
  readonly goaway?: () => { received: number; endedWithout: number };
}

/** A countdown that resolves when that many parts have arrived. */
export function createCountdown(parts: number): { arrived(): void; readonly done: Promise<void> } {
  let left = parts;
  let resolveDone: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    resolveDone = resolve;
  });
  if (left <= 0) resolveDone();
  return {
    done,
    arrived: () => {
      left -= 1;
      if (left === 0) resolveDone();
    },
  };
}

/** One of the templates, by weight. */
export function pickTemplate(context: StreamContext, indexes: readonly number[]): number {
  if (indexes.length === 1) return indexes[0] ?? 0;
  const weightOf = (index: number): number => context.templates[index]?.weight ?? 1;
  let left = context.random.next() * indexes.reduce((sum, index) => sum + weightOf(index), 0);
  for (const index of indexes) {
    left -= weightOf(index);
    if (left < 0) return index;
  }
  return indexes[0] ?? 0;
}

/** The bytes of one whole request. */
export function requestBytes(
  context: StreamContext,
  exchange: Exchange,
  replace?: { path?: string; body?: string },
): Buffer {
  const writer = context.writers[exchange.templateIndex];
  if (writer === undefined) throw new Error(`no writer for template ${exchange.templateIndex}`);
  return writer.whole(formatRequestId(context.worker, exchange.seq), replace);
}
