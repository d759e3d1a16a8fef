import type { LifecycleState, LifecycleStatus } from '@quiesce/core';
import type { CheckedProbe } from './health-check.js';

/** The name of a probe, as its path has it. */
export type ProbeName = 'livez' | 'readyz' | 'startupz' | 'healthz';

/** How a probe comes to its answer. */
export interface ProbeRule {
  readonly name: ProbeName;
  /** The checks it asks, when its own answer is yes. */
  readonly checks: CheckedProbe | undefined;
  /** Why the state of the service makes the answer no; undefined when it is yes. */
  refusal(status: LifecycleStatus, wasReady: boolean): string | undefined;
}

const inWords: Readonly<Record<LifecycleState, string>> = {
  idle: 'not started',
  starting: 'starting',
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
};

function unlessReady(status: LifecycleStatus): string | undefined {
  if (status.ready) return undefined;
  return status.stop === undefined ? inWords[status.state] : `${inWords[status.state]}: ${status.stop.phase}`;
}

/**
 * | state | livez | readyz | startupz | healthz |
 * | --- | --- | --- | --- | --- |
 * | starting | 200 | 503 | 503 | 503 |
 * | running | 200 | 200 | 200 | 200, unless a component has failed |
 * | stopping | 200: a restart would cut what drains | 503 from `announce` on | as it was | 503 |
 *
 * What a table says 200 for, a check may still answer with 503.
 */
export const probeRules: Readonly<Record<ProbeName, ProbeRule>> = {
  livez: { name: 'livez', checks: 'live', refusal: () => undefined },
  readyz: { name: 'readyz', checks: 'ready', refusal: unlessReady },
  startupz: {
    name: 'startupz',
    checks: undefined,
    refusal: (status, wasReady) => (wasReady ? undefined : (unlessReady(status) ?? inWords.starting)),
  },
  healthz: {
    name: 'healthz',
    checks: 'health',
    refusal(status) {
      const refusal = unlessReady(status);
      if (refusal !== undefined) return refusal;
      const failed = status.components.filter(({ state }) => state === 'failed').map(({ name }) => name);
      return failed.length === 0 ? undefined : `failed to start: ${failed.join(', ')}`;
    },
  },
};
