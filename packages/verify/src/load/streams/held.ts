import type { HeldObservation, StreamPlan } from '../assignment.js';
import { openSocket } from '../socket.js';
import { createCountdown, type Stream, type StreamContext } from './stream.js';

type HeldPlan = Extract<StreamPlan, { kind: 'held' }>;

/**
 * Connections that are held open and wait for nothing: `idle` ones have had one answer, `silent` ones never sent a byte
 * (a load balancer's probe, a browser's preconnect), `half-header` ones stopped in the middle of a request's head.
 */
export function heldStream(context: StreamContext, plan: HeldPlan): Stream {
  const countdown = createCountdown(plan.connections);
  const closings = createCountdown(plan.connections);
  const observations: HeldObservation[] = [];
  for (let held = 0; held < plan.connections; held += 1) {
    hold(context, plan, { established: countdown.arrived, closed: closings.arrived }, (observation) => {
      observations[held] = observation;
    });
  }
  return {
    established: countdown.done,
    finish: () => undefined,
    held: () => observations,
    gone: closings.done,
  };
}

function hold(
  context: StreamContext,
  plan: HeldPlan,
  tell: { readonly established: () => void; readonly closed: () => void },
  observe: (observation: HeldObservation) => void,
): void {
  const { held: kind } = plan;
  let openedUs = context.clock.nowUs();
  let connected = false;
  let failed = false;
  const socket = openSocket(context.target, () => {
    connected = true;
    openedUs = context.clock.nowUs();
    context.meter.opened();
    observe({ kind, openedUs, closedUs: undefined, how: 'open' });
    socket.write(firstBytes(context, plan));
    if (kind !== 'idle') tell.established();
  });
  socket.once('data', () => {
    if (kind === 'idle') tell.established();
  });
  socket.resume();
  socket.on('error', () => {
    failed = true;
  });
  socket.on('close', () => {
    if (connected) context.meter.closed();
    const how = connected ? (failed ? 'reset' : 'closed') : 'refused';
    observe({ kind, openedUs, closedUs: context.clock.nowUs(), how });
    tell.closed();
  });
}

function firstBytes(context: StreamContext, plan: HeldPlan): Buffer {
  if (plan.held === 'silent') return Buffer.alloc(0);
  const whole = context.writers[plan.template]?.whole('qv-held') ?? Buffer.alloc(0);
  return plan.held === 'idle' ? whole : whole.subarray(0, Math.floor(whole.length / 2));
}
