import type { LifecycleStatus, StopStatus } from '@quiesce/core';

/** What `systemctl status` shows of a service: one line for people. */
export function toStatusLine(status: LifecycleStatus): string {
  const { state, stop, inFlight } = status;
  if (stop !== undefined && state === 'stopping') return describeStop(stop, inFlight);
  if (state === 'starting') return describeStart(status);
  if (state === 'running' && status.previousStop === 'killed') return 'running; the stop before was killed';
  return state;
}

function describeStart({ components }: LifecycleStatus): string {
  const missing = components.filter(({ state }) => state === 'starting').map(({ name }) => name);
  return missing.length === 0 ? 'starting' : `starting: ${missing.join(', ')}`;
}

function describeStop({ mode, phase, remainingMs }: StopStatus, inFlight: number): string {
  const work = inFlight === 0 ? '' : `, ${inFlight} in flight`;
  return `stopping (${mode}): ${phase}${work}, ${Math.ceil(remainingMs / 1_000)} s left`;
}
