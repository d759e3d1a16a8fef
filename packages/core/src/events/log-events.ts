import { modeRules, type StopMode } from '../contract/modes.js';
import type { Logger } from '../ports/logger.js';
import type { Emitter } from './emitter.js';

/**
 * Writes the events that an operator wants to read as log lines.
 *
 * @param takesSignals whether stop signals are listened to: if so, each rung says what the next one will do
 */
export function logEvents(emitter: Emitter, logger: Logger, takesSignals: boolean): void {
  const next = (mode: StopMode): string =>
    takesSignals ? `; a further signal ${modeRules[mode].nextInWords}` : '';

  emitter.on('component', ({ component, state, error }) => {
    if (state === 'failed')
      logger.error({ component, err: error }, `"${component}" failed to start: ${error?.message}`);
  });
  emitter.on('stop', ({ mode, reason, timeoutMs }) => {
    const message = `stopping (${mode}, ${reason}), ${seconds(timeoutMs)} at most${next(mode)}`;
    logger.info({ mode, reason, timeoutMs }, message);
  });
  emitter.on('climb', (climb) => {
    logger.warn({ ...climb }, `from ${climb.from} to ${climb.to} (${climb.cause})${next(climb.to)}`);
  });
  emitter.on('signal', ({ signal, effect }) => {
    if (effect === 'joined')
      logger.info({ signal, effect }, `${signal}: a stop is running already; a further one climbs`);
    if (effect === 'ignored') logger.info({ signal, effect }, `${signal} changes nothing any more`);
  });
  emitter.on('phase-end', ({ phase, outcome, durationMs }) => {
    const message = `${phase} ${outcome} after ${seconds(durationMs)}`;
    if (outcome === 'done') logger.info({ phase, outcome, durationMs }, message);
    else logger.warn({ phase, outcome, durationMs }, message);
  });
  emitter.on('hook-end', ({ component, phase, outcome, durationMs, error }) => {
    if (outcome === 'done') return;
    const message = `${phase} of "${component}" ${outcome} after ${seconds(durationMs)}: ${error?.message ?? ''}`;
    logger.warn({ component, phase, outcome, durationMs, err: error }, message);
  });
  emitter.on('part-step', ({ component, part, step, outcome, durationMs }) => {
    const message = `${step} of "${part}" ${outcome} after ${seconds(durationMs)}`;
    const level = outcome === 'done' ? 'info' : 'warn';
    logger[level]({ component, part, step, outcome, durationMs }, message);
  });
  emitter.on('note', ({ component, code, message, count }) => {
    logger.info({ component, code, count }, component === undefined ? message : `"${component}": ${message}`);
  });
  emitter.on('report', ({ report }) => {
    const { outcome, exit, durationMs, work } = report;
    const message =
      `stopped ${outcome} in ${seconds(durationMs)}, exit code ${exit.code} (${exit.rule}); ` +
      `work completed ${work.completed}, cut ${work.cut}`;
    if (outcome === 'clean') logger.info({ report }, message);
    else logger.error({ report }, message);
  });
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 3 : 1)} s`;
}
