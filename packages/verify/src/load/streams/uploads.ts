import type { StreamPlan } from '../assignment.js';
import type { Exchange } from '../exchange.js';
import { Http1Connection } from '../http1/connection.js';
import { formatRequestId } from '../http1/request-bytes.js';
import { createReconnectDelay } from './reconnect-delay.js';
import { createCountdown, requestBytes, type Stream, type StreamContext } from './stream.js';

type UploadPlan = Extract<StreamPlan, { kind: 'upload' }>;
type StuckPlan = Extract<StreamPlan, { kind: 'stuck' }>;

const pieces = 10;
/** What a stuck request announces as its body; it never sends more than a part of it. */
const stuckBodyBytes = 1_024;

/** Clients that send a body slowly, in equal pieces, and begin again after the answer. */
export function uploadStream(context: StreamContext, plan: UploadPlan): Stream {
  const countdown = createCountdown(plan.connections);
  for (let client = 0; client < plan.connections; client += 1) {
    let first = true;
    const delay = createReconnectDelay();
    const gone = context.routing.client();
    const again = (): void => {
      if (first) countdown.arrived();
      first = false;
      if (!context.finishing()) setTimeout(upload, delay.nextMs());
    };
    const upload = (): void => {
      if (!context.finishing() && !gone())
        sendSlowly(context, plan, { over: again, answered: () => delay.reset() });
    };
    // Clients begin apart, so that at any moment some are near their begin and some near their end.
    setTimeout(upload, (client / plan.connections) * plan.overMs);
  }
  return { established: countdown.done, finish: () => undefined };
}

function sendSlowly(
  context: StreamContext,
  plan: UploadPlan,
  on: { over: () => void; answered: () => void },
): void {
  const piece = Buffer.alloc(Math.max(1, Math.floor(plan.bytes / pieces)), 'q');
  let sent = 0;
  const connection = new Http1Connection(context, {
    answered: () => {
      on.answered();
      connection.destroy();
    },
    closed: () => {
      clearInterval(timer);
      on.over();
    },
  });
  const timer = setInterval(() => {
    connection.write(piece);
    sent += 1;
    if (sent === pieces) clearInterval(timer);
  }, plan.overMs / pieces);
  const exchange = context.ledger.open('upload', plan.template);
  connection.send(exchange, headBytes(context, exchange, piece.length * pieces));
}

/** Requests that never end (their body, or their answer): the server waits for ever, unless it has a deadline. */
export function stuckStream(context: StreamContext, plan: StuckPlan): Stream {
  for (let client = 0; client < plan.connections; client += 1) {
    const exchange = context.ledger.open('stuck', plan.template);
    const connection = new Http1Connection(context, {});
    if (plan.whole) {
      connection.send(exchange, requestBytes(context, exchange));
      continue;
    }
    connection.send(exchange, headBytes(context, exchange, stuckBodyBytes));
    connection.write(Buffer.alloc(stuckBodyBytes / 2, 'q'));
  }
  return { established: Promise.resolve(), finish: () => undefined };
}

function headBytes(context: StreamContext, exchange: Exchange, bodyBytes: number): Buffer {
  const writer = context.writers[exchange.templateIndex];
  if (writer === undefined) throw new Error(`no writer for template ${exchange.templateIndex}`);
  return writer.head(formatRequestId(context.worker, exchange.seq), bodyBytes);
}
