import type { StreamPlan } from '../assignment.js';
import { sendAlone } from './new-connections.js';
import { createCountdown, type Stream, type StreamContext } from './stream.js';

type ProbePlan = Extract<StreamPlan, { kind: 'ready-probe' | 'live-probe' }>;

/** Asks a probe path again and again, each time on a new connection, as the kubelet does. */
export function probeStream(context: StreamContext, plan: ProbePlan): Stream {
  const countdown = createCountdown(1);
  let waiting = false;
  const probe = (): void => {
    if (waiting || context.finishing()) return;
    waiting = true;
    sendAlone(context, context.ledger.open(plan.kind, plan.template), () => {
      waiting = false;
      countdown.arrived();
    });
  };
  const timer = setInterval(probe, plan.everyMs);
  probe();
  return { established: countdown.done, finish: () => clearInterval(timer) };
}
