import type { StreamPlan } from '../assignment.js';
import { Http1Connection } from '../http1/connection.js';
import { createReconnectDelay } from './reconnect-delay.js';
import { createCountdown, requestBytes, type Stream, type StreamContext } from './stream.js';

type PipelinedPlan = Extract<StreamPlan, { kind: 'pipelined' }>;

/** Clients that send several requests without waiting for the answers in between (RFC 9112, section 9.3.2). */
export function pipelinedStream(context: StreamContext, plan: PipelinedPlan): Stream {
  const countdown = createCountdown(plan.connections);
  for (let client = 0; client < plan.connections; client += 1) startClient(context, plan, countdown.arrived);
  return { established: countdown.done, finish: () => undefined };
}

function startClient(context: StreamContext, plan: PipelinedPlan, established: () => void): void {
  const delay = createReconnectDelay();
  const gone = context.routing.client();
  let answeredBefore = false;
  const connect = (): void => {
    if (context.finishing() || gone()) return;
    let waiting = 0;
    let timer: NodeJS.Timeout | undefined;
    const batch = (): void => {
      if (context.finishing() || !connection.usable) return;
      if (gone()) return connection.destroy();
      waiting = plan.depth;
      connection.sendTogether(
        Array.from({ length: plan.depth }, () => {
          const exchange = context.ledger.open('pipelined', plan.template);
          return [exchange, requestBytes(context, exchange)] as const;
        }),
      );
    };
    const connection = new Http1Connection(context, {
      answered: () => {
        delay.reset();
        waiting -= 1;
        if (waiting > 0) return;
        if (!answeredBefore) established();
        answeredBefore = true;
        if (connection.usable) timer = setTimeout(batch, context.random.next() * 2 * plan.thinkMs);
        else connection.destroy();
      },
      closed: () => {
        clearTimeout(timer);
        setTimeout(connect, delay.nextMs());
      },
    });
    batch();
  };
  connect();
}
