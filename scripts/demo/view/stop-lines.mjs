import { formatCount, formatDuration, padEnd } from './style.mjs';

/** @typedef {import('./stop-progress.mjs').StopProgress} StopProgress */
/** @typedef {import('./stop-progress.mjs').PhaseProgress} PhaseProgress */
/** @typedef {import('./style.mjs').Paint} Paint */
/** @typedef {import('./style.mjs').Tone} Tone */

const nameWidth = 10;
const widestBar = 34;
const durationWidth = 8;
const descriptionWidth = 40;
/** What is beside a bar: the name, the duration, the space after it, and the description. */
const besideBar = nameWidth + durationWidth + 2 + descriptionWidth;
/** What one column of the bars stands for at first, in milliseconds; it doubles when the bars get too long. */
const leastMsPerColumn = 100;

/** What each phase does, for whoever sees one for the first time. */
const meanings = {
  announce: 'readiness is red, all is still served',
  refuse: 'the listener closes, clients are told',
  drain: 'requests in flight are answered',
  persist: 'what is buffered is written and synced',
  release: 'files and connections are closed',
  exit: 'the report is written',
};

/** @type {Readonly<Record<PhaseProgress['state'], Tone>>} */
const tones = {
  waiting: 'dim',
  running: 'cyan',
  done: 'green',
  skipped: 'dim',
  late: 'yellow',
  cut: 'yellow',
  failed: 'red',
};

/**
 * Draws a stop: a line for each phase, its bar where and as long as the phase was.
 *
 * ```
 *   announce  ━━━━━━━━━━                         1.00 s  readiness is red, all is still served
 *   refuse              ╸                          2 ms  the listener closes, clients are told
 *   drain               ━━━━━━━━━━━              1.12 s  41 in flight, 2.40 s left
 *   persist                                              what is buffered is written and synced
 * ```
 * @param {StopProgress} progress
 * @param {Paint} paint
 * @param {number} columns of the terminal
 * @returns {readonly string[]}
 */
export function stopLines(progress, paint, columns) {
  const { phases } = progress;
  const barWidth = Math.min(widestBar, columns - besideBar);
  const endMs = Math.max(...phases.map(({ beganMs, durationMs }) => beganMs + durationMs));
  let msPerColumn = leastMsPerColumn;
  while (endMs / msPerColumn > barWidth) msPerColumn *= 2;
  return phases.map((phase) => {
    const tone = tones[phase.state];
    const duration = phase.state === 'waiting' ? '' : formatDuration(phase.durationMs);
    return [
      paint(phase.state === 'running' ? 'bold' : tone, padEnd(phase.name, nameWidth)),
      paint(tone, padEnd(bar(phase, msPerColumn, barWidth), barWidth)),
      `${duration.padStart(durationWidth)}  `,
      paint(phase.state === 'running' ? 'bold' : 'dim', describe(phase, progress)),
    ].join('');
  });
}

/**
 * @param {PhaseProgress} phase
 * @param {number} msPerColumn
 * @param {number} barWidth
 */
function bar({ state, beganMs, durationMs }, msPerColumn, barWidth) {
  if (state === 'waiting' || state === 'skipped') return '';
  const start = Math.min(barWidth - 1, Math.floor(beganMs / msPerColumn));
  const columns = Math.min(barWidth - start, Math.round(durationMs / msPerColumn));
  return ' '.repeat(start) + (columns < 1 ? '╸' : '━'.repeat(columns));
}

/**
 * @param {PhaseProgress} phase
 * @param {StopProgress} progress
 */
function describe(phase, { inFlight }) {
  const { name, state, durationMs, budgetMs, said } = phase;
  if (state === 'running') {
    const leftMs = Math.max(0, budgetMs - durationMs);
    return `${formatCount(inFlight)} in flight, ${formatDuration(leftMs)} left`;
  }
  if (state === 'waiting') return meanings[name];
  if (state !== 'done') return state;
  if (said !== undefined && said.length <= descriptionWidth) return said;
  if (name === 'drain') return `the last of ${formatCount(phase.inFlightAtStart)} in flight is answered`;
  return meanings[name];
}
