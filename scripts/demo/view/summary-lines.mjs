import { formatCount, formatDuration, padEnd } from './style.mjs';

/** @typedef {import('./style.mjs').Paint} Paint */

const labelWidth = 10;
const termWidth = 24;
const countWidth = 8;

/**
 * Lines that share a label.
 * @param {Paint} paint
 * @param {string} label
 * @param {readonly string[]} lines
 * @returns {readonly string[]}
 */
export function labelled(paint, label, lines) {
  return lines.map((line, index) => paint('bold', padEnd(index === 0 ? label : '', labelWidth)) + line);
}

/**
 * The report of a stop in short.
 * @param {import('@quiesce/core').ShutdownReport} report
 * @param {Paint} paint
 * @returns {readonly string[]}
 */
export function reportLines(report, paint) {
  const { outcome, exit, work, durationMs, timeoutMs, notes } = report;
  const result = paint(outcome === 'clean' ? 'green' : 'red', outcome);
  return labelled(paint, 'Report', [
    `${result} in ${formatDuration(durationMs)} of ${formatDuration(timeoutMs)}, exit code ${exit.code} (${exit.rule})`,
    `in flight at SIGTERM ${work.inFlightAtStart}, completed while stopping ${work.completed}, cut ${work.cut}`,
    ...notes.map(({ component = 'lifecycle', message }) => `${component}: ${message}`),
  ]);
}

/**
 * The account as a table.
 * @param {import('../account.mjs').Account} account
 * @param {Paint} paint
 * @returns {readonly string[]}
 */
export function accountLines({ requests, orders }, paint) {
  /** @type {(term: string, count: number, remark?: string) => string} */
  const row = (term, count, remark = '') =>
    padEnd(term, termWidth) +
    formatCount(count).padStart(countWidth) +
    paint('dim', remark && `   ${remark}`);
  /** @type {(count: number, remark: string) => string} */
  const lost = (count, remark) => paint(count === 0 ? 'green' : 'red', row('lost', count, remark));
  const ids = orders.lostIds.length === 0 ? '' : `: ${orders.lostIds.join(', ')}…`;
  return [
    ...labelled(paint, 'Requests', [
      row('answered in full', requests.answered),
      ...(requests.declined === 0 ? [] : [row('answered with 503', requests.declined)]),
      row('refused', requests.refused, 'not connected: the client goes elsewhere'),
      ...(requests.reset === 0
        ? []
        : [paint('yellow', row('reset', requests.reset, 'before a handler was called'))]),
      lost(requests.lost, 'a handler was called and no whole answer came'),
      ...Object.entries(requests.unansweredBy).map(([how, count]) =>
        paint('dim', `without an answer: ${formatCount(count)}, ${how}`),
      ),
    ]),
    ...labelled(paint, 'Orders', [
      row('acknowledged', orders.acknowledged),
      row('found after restart', orders.found, 'byte for byte'),
      lost(orders.lost, `acknowledged and gone${ids}`),
    ]),
  ];
}

/**
 * What to look at next.
 * @param {Paint} paint
 * @param {boolean} broken
 * @returns {readonly string[]}
 */
export function nextLines(paint, broken) {
  const other = broken
    ? 'npm start                    the same service with a lifecycle'
    : 'npm start -- --broken        the same service without a lifecycle: what it loses';
  return labelled(paint, 'Next', [
    'examples/01-http-service     the shortest service that stops well',
    'examples/02-order-log        the service you have just seen',
    'docs/phases.md               what happens in each phase',
    other,
  ]);
}
