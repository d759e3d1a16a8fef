import type { StreamPlan } from '../assignment.js';
import { Http1Connection } from '../http1/connection.js';
import { createReconnectDelay } from './reconnect-delay.js';
import { createCountdown, requestBytes, type Stream, type StreamContext } from './stream.js';

type DownloadPlan = Extract<StreamPlan, { kind: 'download' }>;

const pauseMs = 20;

/** Clients that read a large body slowly, so that most of it waits on the server's side of the socket. */
export function downloadStream(context: StreamContext, plan: DownloadPlan): Stream {
  const expected = context.templates[plan.template]?.expect.body?.bytes ?? 8 * 1024 * 1024;
  const bytesPerPause = Math.max(16_384, (expected / plan.overMs) * pauseMs);
  const countdown = createCountdown(plan.connections);
  for (let client = 0; client < plan.connections; client += 1) {
    const delay = createReconnectDelay();
    const gone = context.routing.client();
    let first = true;
    const download = (): void => {
      if (context.finishing() || gone()) return;
      readSlowly(context, plan.template, bytesPerPause, {
        reading: () => {
          delay.reset();
          if (first) countdown.arrived();
          first = false;
        },
        over: () => setTimeout(download, delay.nextMs()),
      });
    };
    setTimeout(download, (client / plan.connections) * plan.overMs);
  }
  return { established: countdown.done, finish: () => undefined };
}

function readSlowly(
  context: StreamContext,
  template: number,
  bytesPerPause: number,
  on: { reading: () => void; over: () => void },
): void {
  let sincePause = 0;
  const connection = new Http1Connection(context, {
    read: (bytes) => {
      on.reading();
      sincePause += bytes;
      if (sincePause < bytesPerPause || context.finishing()) return;
      sincePause = 0;
      connection.pause();
      setTimeout(() => connection.resume(), pauseMs);
    },
    answered: () => connection.destroy(),
    closed: on.over,
  });
  const exchange = context.ledger.open('download', template);
  connection.send(exchange, requestBytes(context, exchange));
}
