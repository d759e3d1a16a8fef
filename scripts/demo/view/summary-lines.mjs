import { formatCount, formatDuration, padEnd, wrap } from './style.mjs';

/** @typedef {Pick<import('./screen.mjs').Screen, 'paint' | 'columns'>} Canvas */

const labelWidth = 10;
const termWidth = 24;
const countWidth = 8;

/**
 * Lines that share a label, wrapped where they are too long.
 * @param {Canvas} canvas
 * @param {string} label
 * @param {readonly string[]} lines
 * @returns {readonly string[]}
 */
export function labelled({ paint, columns }, label, lines) {
  return lines
    .flatMap((line) => wrap(line, columns - labelWidth))
    .map((line, index) => paint('bold', padEnd(index === 0 ? label : '', labelWidth)) + line);
}

/**
 * The report of a stop in short.
 * @param {import('@quiesce/core').ShutdownReport} report
 * @param {Canvas} canvas
 * @returns {readonly string[]}
 */
export function reportLines(report, canvas) {
  const { paint } = canvas;
  const { outcome, exit, work, durationMs, timeoutMs, notes, components } = report;
  const result = paint(outcome === 'clean' ? 'green' : 'red', outcome);
  return labelled(canvas, 'Report', [
    `${result} in ${formatDuration(durationMs)} of ${formatDuration(timeoutMs)}, exit code ${exit.code} (${exit.rule})`,
    `in flight at SIGTERM ${work.inFlightAtStart}, completed while stopping ${work.completed}, cut ${work.cut}`,
    ...components.flatMap(({ parts = [] }) => parts).map(partLine),
    ...notes.map(({ component = 'lifecycle', message }) => `${component}: ${message}`),
  ]);
}

/**
 * How a part of the service with a stop of its own went through the phases.
 * @param {import('@quiesce/core').PartReport} part
 */
function partLine({ name, outcome, steps, problems }) {
  const durations = steps.map(({ step, durationMs }) => `${step} ${formatDuration(durationMs)}`);
  return [`${name}: ${outcome}`, ...durations, ...problems].join(', ');
}

/**
 * The account as a table.
 * @param {import('../account.mjs').Account} account
 * @param {Canvas} canvas
 * @returns {readonly string[]}
 */
export function accountLines({ requests, messages }, canvas) {
  const { paint } = canvas;
  /** @type {(term: string, count: number, remark?: string) => string} */
  const row = (term, count, remark = '') =>
    padEnd(term, termWidth) +
    formatCount(count).padStart(countWidth) +
    paint('dim', remark && `   ${remark}`);
  /** @type {(count: number, remark: string) => string} */
  const lost = (count, remark) => paint(count === 0 ? 'green' : 'red', row('lost', count, remark));
  const ids = messages.lostIds.length === 0 ? '' : `: ${messages.lostIds.slice(0, 3).join(', ')}…`;
  return [
    ...labelled(canvas, 'Requests', [
      row('answered in full', requests.answered),
      ...(requests.declined === 0 ? [] : [row('answered with 503', requests.declined)]),
      row('refused', requests.refused, 'never connected: goes elsewhere'),
      ...(requests.reset === 0 ? [] : [paint('yellow', row('reset', requests.reset, 'no handler ran'))]),
      lost(requests.lost, 'a handler ran, no whole answer came'),
      ...Object.entries(requests.unansweredBy).map(([how, count]) =>
        paint('dim', `without an answer: ${formatCount(count)}, ${how}`),
      ),
    ]),
    ...labelled(canvas, 'Messages', [
      row('acknowledged', messages.acknowledged),
      row('found after restart', messages.found, 'byte for byte'),
      lost(messages.lost, `acknowledged and gone${ids}`),
    ]),
  ];
}

/**
 * What to look at next.
 * @param {Canvas} canvas
 * @param {boolean} broken
 * @returns {readonly string[]}
 */
export function nextLines(canvas, broken) {
  const other = broken
    ? 'npm start                    the service with a lifecycle'
    : 'npm start -- --broken        the service without one, and its losses';
  return labelled(canvas, 'Next', [
    'examples/01-http-service     the shortest service that stops well',
    'examples/06-message-log      the service you have just seen',
    'docs/phases.md               what happens in each phase',
    other,
  ]);
}
