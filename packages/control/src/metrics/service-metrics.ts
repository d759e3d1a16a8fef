import type { LifecycleState, LifecycleStatus, Stoppable } from '@quiesce/core';
import type { CheckRunner } from '../probes/check-runner.js';
import type { MetricFamily, Sample } from './metric-family.js';

const states: readonly LifecycleState[] = ['idle', 'starting', 'running', 'stopping', 'stopped'];

/** What is read from a status whenever somebody asks. */
interface StatusMetric {
  readonly name: string;
  readonly help: string;
  collect(status: LifecycleStatus): readonly Sample[];
}

const statusMetrics: readonly StatusMetric[] = [
  {
    name: 'quiesce_state',
    help: 'The state of the service: 1 for the one it is in.',
    collect: ({ state }) =>
      states.map((each) => ({ labels: { state: each }, value: Number(each === state) })),
  },
  {
    name: 'quiesce_ready',
    help: 'Whether new work should be sent here.',
    collect: ({ ready }) => [{ labels: {}, value: Number(ready) }],
  },
  {
    name: 'quiesce_work_in_flight',
    help: 'Pieces of work in flight.',
    collect: ({ inFlight }) => [{ labels: {}, value: inFlight }],
  },
  {
    name: 'quiesce_component_work_in_flight',
    help: 'Pieces of work that a component has in flight.',
    collect: ({ components }) =>
      components.flatMap(({ name, pending }) =>
        pending === undefined ? [] : [{ labels: { component: name }, value: pending }],
      ),
  },
  {
    name: 'quiesce_stop_remaining_seconds',
    help: 'The time left of the stop that is running.',
    collect: ({ stop }) => (stop === undefined ? [] : [{ labels: {}, value: stop.remainingMs / 1_000 }]),
  },
  {
    name: 'quiesce_previous_stop_killed',
    help: 'Whether the stop before this start was killed before it came to its end.',
    collect: ({ previousStop }) => [{ labels: {}, value: Number(previousStop === 'killed') }],
  },
];

/** Metrics of the service as it is now. */
export function createServiceMetrics(
  stoppable: Stoppable,
  checks: readonly CheckRunner[],
): readonly MetricFamily[] {
  const ofStatus = statusMetrics.map(({ name, help, collect }): MetricFamily => {
    return { name, help, type: 'gauge', collect: () => collect(stoppable.status()) };
  });
  return [...ofStatus, ...createCheckMetrics(checks)];
}

function createCheckMetrics(checks: readonly CheckRunner[]): readonly MetricFamily[] {
  const results = (): { readonly check: string; readonly ok: boolean; readonly durationMs: number }[] =>
    checks.flatMap(({ last, check }) => (last === undefined ? [] : [{ ...last, check: check.name }]));
  return [
    {
      name: 'quiesce_health_check_ok',
      help: 'Whether a health check was answered well the last time.',
      type: 'gauge',
      collect: () => results().map(({ check, ok }) => ({ labels: { check }, value: Number(ok) })),
    },
    {
      name: 'quiesce_health_check_duration_seconds',
      help: 'How long a health check took the last time.',
      type: 'gauge',
      collect: () =>
        results().map(({ check, durationMs }) => ({ labels: { check }, value: durationMs / 1_000 })),
    },
  ];
}
