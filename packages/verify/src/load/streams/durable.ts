import type { StreamPlan } from '../assignment.js';
import { Http1Connection } from '../http1/connection.js';
import { createReconnectDelay } from './reconnect-delay.js';
import { createCountdown, requestBytes, type Stream, type StreamContext } from './stream.js';

type DurablePlan = Extract<StreamPlan, { kind: 'durable' }>;

/** Where a durable request's path and body carry the written id. */
export const durablePlaceholder = '{id}';

/** As many as are asked for after a restart: the last ones are the ones in danger. */
export const mostIds = 2_000;

/** Writers, one request at a time each; every id that was answered with a 2xx is owed back after a restart. */
export function durableStream(context: StreamContext, plan: DurablePlan): Stream {
  const countdown = createCountdown(plan.connections);
  const lastIds: string[] = [];
  let count = 0;
  let nextId = 0;
  for (let client = 0; client < plan.connections; client += 1) {
    startWriter(context, plan, {
      id: () => {
        nextId += 1;
        return `${plan.prefix}-${context.worker}-${nextId}`;
      },
      acknowledged: (id) => {
        count += 1;
        lastIds.push(id);
        if (lastIds.length >= 2 * mostIds) lastIds.splice(0, mostIds);
      },
      first: countdown.arrived,
    });
  }
  return {
    established: countdown.done,
    finish: () => undefined,
    acknowledged: () => ({ count, lastIds: lastIds.slice(-mostIds) }),
  };
}

interface Writing {
  id(): string;
  acknowledged(id: string): void;
  first(): void;
}

function startWriter(context: StreamContext, plan: DurablePlan, writing: Writing): void {
  const delay = createReconnectDelay();
  const template = context.templates[plan.template];
  let first = true;
  const connect = (): void => {
    if (context.finishing()) return;
    let id = '';
    const write = (): void => {
      if (context.finishing()) return;
      id = writing.id();
      const exchange = context.ledger.open('durable', plan.template);
      const replace = {
        path: (template?.path ?? '/').replaceAll(durablePlaceholder, id),
        body: (template?.body ?? '').replaceAll(durablePlaceholder, id),
      };
      connection.send(exchange, requestBytes(context, exchange, replace));
    };
    const connection = new Http1Connection(context, {
      answered: (exchange) => {
        delay.reset();
        if (exchange.status >= 200 && exchange.status < 300) writing.acknowledged(id);
        if (first) writing.first();
        first = false;
        if (connection.usable) setImmediate(write);
        else connection.destroy();
      },
      closed: () => setTimeout(connect, delay.nextMs()),
    });
    write();
  };
  connect();
}
