import { formatCount, formatDuration } from './style.mjs';

/** @typedef {import('../service-process.mjs').ServiceLine} ServiceLine */

/**
 * Who did what, in words; undefined when a line says nothing new.
 * @typedef {readonly [who: string, what: string] | undefined} Saying
 */

/** @type {{ readonly [Type in ServiceLine['type']]?: (line: Extract<ServiceLine, { type: Type }>, inFlight: number) => Saying }} */
const sayings = {
  stop: ({ mode, reason, timeoutMs }) => ['stop', `${mode}, ${reason}, ${formatDuration(timeoutMs)} at most`],
  'phase-start': ({ phase, budgetMs }, inFlight) => [
    phase,
    `begins, ${formatCount(inFlight)} in flight, ${formatDuration(budgetMs)} at most`,
  ],
  'phase-end': ({ phase, outcome, durationMs }) => [phase, `${outcome} after ${formatDuration(durationMs)}`],
  'hook-end': ({ phase, component, outcome }) =>
    outcome === 'done' ? undefined : [phase, `${component} ${outcome}`],
  'part-step': ({ part, step, outcome, durationMs }) => [
    step,
    `${part} ${outcome} after ${formatDuration(durationMs)}`,
  ],
  climb: ({ from, to, cause }) => ['climb', `${from} to ${to} (${cause})`],
  note: ({ message }) => ['note', message],
};

/**
 * Says what a line of the service means, for a terminal that can't be drawn on and for files. Undefined when it means
 * nothing new.
 * @param {ServiceLine} line
 * @param {import('./stop-progress.mjs').StopProgress} progress which has taken the line already
 * @returns {string | undefined}
 */
export function plainLine(line, { stop, inFlight }) {
  if (stop === undefined || line.type === 'status') return undefined;
  // The table has for each type the saying that takes it, which its type says and an index cannot.
  const say = /** @type {((line: ServiceLine, inFlight: number) => Saying) | undefined} */ (
    sayings[line.type]
  );
  const saying = say?.(line, inFlight);
  if (saying === undefined) return undefined;
  const sinceStop = `+${((line.atMs - stop.atMs) / 1_000).toFixed(3)} s`;
  return `${sinceStop}  ${saying[0].padEnd(9)} ${saying[1]}`;
}
