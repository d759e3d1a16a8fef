import { createHistogram } from '../../account/histogram.js';
import type { StreamPlan } from '../assignment.js';
import type { Exchange } from '../exchange.js';
import { Http1Connection } from '../http1/connection.js';
import { createCountdown, pickTemplate, requestBytes, type Stream, type StreamContext } from './stream.js';

type NewPlan = Extract<StreamPlan, { kind: 'new' }>;

/** Beyond this many unanswered at once the client is full, and further requests are `unsent`. */
const mostAtOnce = 2_000;
/** Arrivals come from so many clients in turn; each learns of a withdrawal in its own time. */
const clientCount = 16;

/**
 * An open loop: new connections at a fixed rate, one request each, whether or not earlier ones were answered. Requests
 * are dated by the plan, not by the moment the client got round to them, so that a stalled server cannot hide.
 */
export function newConnectionStream(context: StreamContext, plan: NewPlan): Stream {
  const countdown = createCountdown(1);
  const periodUs = 1_000_000 / plan.perSecond;
  const startUs = context.clock.nowUs();
  const clients = Array.from({ length: clientCount }, () => context.routing.client());
  const lateness = createHistogram();
  let sent = 0;
  let atOnce = 0;

  const one = (intendedUs: number): void => {
    const exchange = context.ledger.open('new', pickTemplate(context, plan.templates), intendedUs);
    lateness.take(exchange.begunUs - intendedUs);
    if (atOnce >= mostAtOnce) {
      context.ledger.settle(exchange, 'timeout');
      return;
    }
    atOnce += 1;
    sendAlone(context, exchange, () => {
      atOnce -= 1;
      countdown.arrived();
    });
  };
  const timer = setInterval(
    () => {
      const due = Math.floor((context.clock.nowUs() - startUs) / periodUs);
      for (; sent < due; sent += 1) {
        if (clients[sent % clientCount]?.() !== true) one(startUs + (sent + 1) * periodUs);
      }
    },
    Math.max(1, periodUs / 2_000),
  );
  return {
    established: countdown.done,
    finish: () => clearInterval(timer),
    lateness: () => lateness.summary(),
  };
}

/** Sends one request on a connection of its own, and closes that after the answer. */
export function sendAlone(context: StreamContext, exchange: Exchange, over: () => void): void {
  const connection = new Http1Connection(context, { answered: () => connection.destroy(), closed: over });
  connection.send(exchange, requestBytes(context, exchange));
}
