import type { ControlStatus } from '@quiesce/control/client';

/** A running service with two components, as its control endpoint tells of it. */
export function createStatus(changes: Partial<ControlStatus> = {}): ControlStatus {
  return {
    schema: 'quiesce.status/1',
    at: '2030-01-01T12:00:00.000Z',
    uptimeMs: 3_723_000,
    process: { pid: 4711, startTicks: 12 },
    waitingCallers: 0,
    name: 'orders',
    instance: 'host:4711',
    pid: 4711,
    state: 'running',
    ready: true,
    inFlight: 12,
    components: [
      { name: 'control', tier: 'standard', state: 'started' },
      { name: 'http', tier: 'critical', state: 'started', pending: 12 },
    ],
    ...changes,
  };
}
