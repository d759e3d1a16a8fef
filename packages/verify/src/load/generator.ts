import { createRandom } from '../plan/random.js';
import type { LoadAssignment, LoadResult } from './assignment.js';
import { watchClientHealth } from './client-health.js';
import { createConnectionMeter } from './connection-meter.js';
import { createRequestWriter } from './http1/request-bytes.js';
import { Ledger } from './ledger.js';
import { createRunClock } from './monotonic-clock.js';
import { openRequestLog } from './request-log.js';
import { createRouting } from './routing.js';
import { createStream } from './streams/create-stream.js';
import type { Stream, StreamContext } from './streams/stream.js';
import { within } from './within.js';

/** The load of one process during one run. */
export interface LoadGenerator {
  /** Resolves when every stream is in its stride. */
  readonly established: Promise<void>;
  /** The server is taken out of routing: clients learn of it after delays with this median, and stop sending. */
  withdraw(medianMs: number): void;
  /** Begins nothing new, waits `graceMs` for what is open, closes the account. */
  finish(graceMs: number): Promise<LoadResult>;
}

const sampleEveryMs = 20;
const sweepEveryMs = 250;

export function startLoad(assignment: LoadAssignment): LoadGenerator {
  const clock = createRunClock(BigInt(assignment.epochNs));
  const ledger = new Ledger(
    assignment.worker,
    assignment.templates,
    clock,
    openRequestLog(assignment.logFile),
    assignment.marker,
  );
  const meter = createConnectionMeter(clock);
  const health = watchClientHealth();
  const random = createRandom(assignment.seed);
  const routing = createRouting(clock, random.fork('routing'));
  let finishing = false;
  const context: StreamContext = {
    worker: assignment.worker,
    target: assignment.target,
    templates: assignment.templates,
    writers: assignment.templates.map((template) => createRequestWriter(assignment.target, template)),
    random,
    routing,
    clock,
    ledger,
    meter,
    finishing: () => finishing,
  };
  const streams = assignment.streams.map((plan) => createStream(context, plan));
  const sampling = setInterval(() => meter.sample(), sampleEveryMs);
  const sweeping = setInterval(() => {
    ledger.expire(clock.nowUs() - assignment.requestTimeoutMs * 1_000);
  }, sweepEveryMs);

  return {
    established: Promise.all(streams.map((stream) => stream.established)).then(() => undefined),
    withdraw: routing.withdraw,
    async finish(graceMs) {
      finishing = true;
      for (const stream of streams) stream.finish();
      const late = streams.flatMap((stream) => stream.lateness?.() ?? []);
      const clientHealth = health(late);
      // The end of a connection may have come and not have been read yet, as the word that the server has ended has been.
      const gone = Promise.all(streams.flatMap(({ gone: each }) => each ?? []));
      await Promise.all([ledger.close(graceMs), within(gone, graceMs)]);
      clearInterval(sampling);
      clearInterval(sweeping);
      meter.sample();
      return {
        worker: assignment.worker,
        requests: ledger.opened,
        ...collect(streams),
        connections: meter.samples(),
        health: clientHealth,
      };
    },
  };
}

function collect(streams: readonly Stream[]): Pick<LoadResult, 'held' | 'acknowledged' | 'goaway'> {
  const acknowledged = streams.flatMap((stream) => stream.acknowledged?.() ?? []);
  const goaways = streams.flatMap((stream) => stream.goaway?.() ?? []);
  return {
    held: streams.flatMap((stream) => stream.held?.() ?? []).filter(Boolean),
    acknowledged: {
      count: acknowledged.reduce((sum, { count }) => sum + count, 0),
      lastIds: acknowledged.flatMap(({ lastIds }) => lastIds),
    },
    goaway: {
      received: goaways.reduce((sum, { received }) => sum + received, 0),
      endedWithout: goaways.reduce((sum, { endedWithout }) => sum + endedWithout, 0),
    },
  };
}
