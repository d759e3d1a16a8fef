import type { ComponentReport, ShutdownReport } from '@quiesce/core';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';
import type { StopResult } from './stop-result.js';

/** More are in the report. */
const mostCutWork = 10;

/** The result of a stop for a person, line by line. */
export function renderResult(result: StopResult): readonly string[] {
  const { report, notes, unknown } = result;
  return [
    result.message,
    ...notes.map((note) => `  note: ${note}`),
    ...(report === null ? [] : renderReport(report)),
    ...(unknown.length === 0 || result.gone !== true ? [] : [`  not known: ${unknown.join(', ')}`]),
  ];
}

function renderReport(report: ShutdownReport): readonly string[] {
  const { work, mode } = report;
  const ran = report.phases.filter(({ outcome }) => outcome !== 'skipped');
  const phases = ran.map(({ name, durationMs }) => `${name} ${formatDuration(durationMs)}`).join(', ');
  const climbs = mode.climbs.map(({ from, to, cause }) => `  ${from} → ${to}: ${printable(cause)}`);
  const inFlight = `${work.inFlightAtStart} in flight, ${work.completed} completed, ${work.cut} cut`;
  return [
    `  mode ${mode.reached}, reason ${printable(report.reason)}`,
    ...climbs,
    `  phases: ${phases}`,
    ...(work.inFlightAtStart + work.completed + work.cut === 0 ? [] : [`  work: ${inFlight}`]),
    ...report.components.flatMap(renderTrouble),
    ...renderCutWork(report),
    ...report.notes.map(({ message }) => `  note: ${printable(message)}`),
    ...(report.error === undefined ? [] : [`  error: ${printable(report.error.message)}`]),
  ];
}

function renderTrouble({ name, phases, parts = [] }: ComponentReport): readonly string[] {
  const hooks = phases.filter(({ outcome }) => outcome !== 'done');
  const troubled = parts.filter(({ outcome }) => outcome !== 'clean');
  return [
    ...hooks.map(({ phase, outcome, durationMs, error }) => {
      const why = error === undefined ? '' : `: ${printable(error.message)}`;
      return `  ${printable(name)}: ${phase} ${outcome} after ${formatDuration(durationMs)}${why}`;
    }),
    ...troubled.map(
      (part) =>
        `  ${printable(name)}: ${printable(part.name)} ${part.outcome} ${printable(part.problems.join('; '))}`,
    ),
  ];
}

function renderCutWork({ work }: ShutdownReport): readonly string[] {
  const shown = work.cutWork.slice(0, mostCutWork);
  const more = work.cut - shown.length;
  return [
    ...shown.map(
      ({ component, name, ageMs }) =>
        `  cut: ${printable(component)}: ${printable(name)}, ${formatDuration(ageMs)} old`,
    ),
    ...(more > 0 ? [`  cut: ${more} more`] : []),
  ];
}
