import type { ShutdownReport, Stoppable } from '@quiesce/core';
import { createCounter, createGauge, type MetricFamily } from './metric-family.js';
import { classifyReason } from './stop-reason.js';

/** Metrics of the stop. */
export interface StopMetrics {
  readonly families: readonly MetricFamily[];
  /** The stop has come to its end. */
  finished(report: ShutdownReport): void;
  /** Counts no more. */
  close(): void;
}

function createFamilies() {
  return {
    initiated: createCounter<'reason' | 'mode'>(
      'quiesce_stops_initiated_total',
      'Stops that were begun. One that is missing in quiesce_stops_completed_total was killed.',
    ),
    completed: createCounter<'reason' | 'outcome'>(
      'quiesce_stops_completed_total',
      'Stops that came to their end.',
    ),
    climbs: createCounter<'from' | 'to'>(
      'quiesce_stop_climbs_total',
      'Changes to a stronger mode during a stop.',
    ),
    phase: createGauge<'phase' | 'outcome'>(
      'quiesce_stop_phase_duration_seconds',
      'How long a phase of the stop took.',
    ),
    component: createGauge<'component' | 'phase' | 'outcome'>(
      'quiesce_stop_component_duration_seconds',
      "How long a component's part in a phase of the stop took.",
    ),
    late: createCounter<never>(
      'quiesce_late_connections_total',
      'Connections that came after new ones were refused.',
    ),
  };
}

/** Follows a stoppable and counts. */
export function createStopMetrics(stoppable: Stoppable): StopMetrics {
  const families = createFamilies();
  const ends = [
    stoppable.on('stop', ({ reason, mode }) => {
      families.initiated.increment({ reason: classifyReason(reason), mode });
    }),
    stoppable.on('climb', ({ from, to }) => families.climbs.increment({ from, to })),
    stoppable.on('phase-end', ({ phase, outcome, durationMs }) => {
      families.phase.set({ phase, outcome }, durationMs / 1_000);
    }),
    stoppable.on('hook-end', ({ component, phase, outcome, durationMs }) => {
      families.component.set({ component, phase, outcome }, durationMs / 1_000);
    }),
    stoppable.on('note', ({ code, count }) => {
      if (code === 'late-connections') families.late.increment({}, count ?? 1);
    }),
  ];
  return {
    families: Object.values(families),
    finished({ reason, outcome }) {
      families.completed.increment({ reason: classifyReason(reason), outcome });
    },
    close() {
      for (const end of ends) end();
    },
  };
}
