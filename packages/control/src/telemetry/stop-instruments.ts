import type { ObservableResult } from '@opentelemetry/api';
import type { ShutdownReport, Stoppable } from '@quiesce/core';
import { classifyReason } from '../metrics/stop-reason.js';

type Api = typeof import('@opentelemetry/api');

/** Measures the service and its stop with OpenTelemetry. Names follow its conventions: dots, no unit, no `total`. */
export function measureStop(
  api: Api,
  stoppable: Stoppable,
): { finished(report: ShutdownReport): void; close(): void } {
  const meter = api.metrics.getMeter('@quiesce/control');
  const initiated = meter.createCounter('quiesce.stops.initiated', { description: 'Stops that were begun' });
  const completed = meter.createCounter('quiesce.stops.completed', {
    description: 'Stops that came to their end',
  });
  const phases = meter.createHistogram('quiesce.stop.phase.duration', { unit: 's' });
  const components = meter.createHistogram('quiesce.stop.component.duration', { unit: 's' });
  const inFlight = meter.createObservableGauge('quiesce.work.in_flight', { unit: '{item}' });
  const ready = meter.createObservableGauge('quiesce.ready');
  const observeInFlight = (result: ObservableResult): void => result.observe(stoppable.status().inFlight);
  const observeReady = (result: ObservableResult): void => result.observe(Number(stoppable.status().ready));
  inFlight.addCallback(observeInFlight);
  ready.addCallback(observeReady);

  const ends = [
    stoppable.on('stop', ({ mode, reason }) => initiated.add(1, { mode, reason: classifyReason(reason) })),
    stoppable.on('phase-end', ({ phase, outcome, durationMs }) => {
      phases.record(durationMs / 1_000, { phase, outcome });
    }),
    stoppable.on('hook-end', ({ component, phase, outcome, durationMs }) => {
      components.record(durationMs / 1_000, { component, phase, outcome });
    }),
  ];
  return {
    finished: ({ reason, outcome }) => completed.add(1, { outcome, reason: classifyReason(reason) }),
    close() {
      inFlight.removeCallback(observeInFlight);
      ready.removeCallback(observeReady);
      for (const end of ends) end();
    },
  };
}
