import type { Span } from '@opentelemetry/api';
import type { Phase, PhaseOutcome, Stoppable } from '@quiesce/core';

type Api = typeof import('@opentelemetry/api');

/** Outcomes that are no fault. */
const wellDone: ReadonlySet<PhaseOutcome> = new Set<PhaseOutcome>(['done', 'skipped']);

/**
 * Makes a span of the stop and one of each of its phases but the last: in that one telemetry itself is flushed, and
 * a span that ended later would be lost.
 */
export function traceStop(api: Api, stoppable: Stoppable): { close(): void } {
  const tracer = api.trace.getTracer('@quiesce/control');
  let stop: Span | undefined;
  let phase: Span | undefined;

  const fail = (span: Span | undefined, message: string): void => {
    span?.setStatus({ code: api.SpanStatusCode.ERROR, message });
  };
  const startPhase = (name: Phase): void => {
    if (stop === undefined) return;
    if (name === 'exit') {
      stop.end();
      stop = undefined;
      return;
    }
    const parent = api.trace.setSpan(api.ROOT_CONTEXT, stop);
    phase = tracer.startSpan(`quiesce.stop.${name}`, { attributes: { 'quiesce.stop.phase': name } }, parent);
  };

  const ends = [
    stoppable.on('stop', ({ mode, reason }) => {
      const attributes = { 'quiesce.stop.mode': mode, 'quiesce.stop.reason': reason };
      stop = tracer.startSpan('quiesce.stop', { attributes, root: true });
    }),
    stoppable.on('climb', ({ from, to, cause }) => stop?.addEvent('climb', { from, to, cause })),
    stoppable.on('phase-start', (event) => startPhase(event.phase)),
    stoppable.on('phase-end', ({ phase: name, outcome }) => {
      phase?.setAttribute('quiesce.stop.phase.outcome', outcome);
      if (!wellDone.has(outcome)) {
        fail(phase, outcome);
        fail(stop, `${name} ${outcome}`);
      }
      phase?.end();
      phase = undefined;
    }),
    stoppable.on('hook-end', ({ component, outcome, error }) => {
      if (outcome !== 'done') phase?.addEvent('hook', { component, outcome, error: error?.message ?? '' });
    }),
  ];
  return {
    close() {
      for (const end of ends) end();
    },
  };
}
