import { clientKinds } from '../load/clients.mjs';
import { createTally } from '../load/tally.mjs';
import { plainLine } from './plain-lines.mjs';
import { stopLines } from './stop-lines.mjs';
import { StopProgress } from './stop-progress.mjs';
import { formatCount, formatDuration } from './style.mjs';
import { accountLines, labelled, nextLines, reportLines } from './summary-lines.mjs';

/** @typedef {import('./screen.mjs').Screen} Screen */
/** @typedef {import('../load/tally.mjs').Tally} Tally */

/** Tells the demo's story on a screen, step by step. @typedef {ReturnType<typeof createNarrator>} Narrator */

/**
 * @param {Screen} screen
 * @param {boolean} broken whether the service is the one that ends on SIGTERM without further ado
 */
export function createNarrator(screen, broken) {
  const { paint } = screen;
  const progress = new StopProgress();
  let tally = createTally();
  let stopDrawing = () => {};

  /** Lines with a label before the first. */
  const say = (/** @type {string} */ label, /** @type {readonly string[]} */ ...lines) =>
    screen.write(...labelled(screen, label, lines));
  const loadLine = () =>
    `${formatCount(tally.answered)} requests answered, ${formatCount(tally.refused)} refused, ` +
    `${formatCount(tally.acknowledged)} messages acknowledged`;

  return {
    /** The report of the stop, once there is one. */
    get report() {
      return progress.report;
    },

    /** @param {{ pid: number, url: URL }} service */
    serviceListens({ pid, url }) {
      const what = broken ? 'ends as soon as SIGTERM comes' : 'a message log of two shards';
      screen.write('');
      say('Service', `process ${pid} on ${url.host}: ${what}`);
    },

    /** @param {number} pid */
    loadRuns(pid) {
      say('Load', `process ${pid}: ${describeLoad()}`);
      screen.write('');
      stopDrawing = screen.draw(() => labelled(screen, '', [loadLine()]));
    },

    /** @param {Tally} counted */
    loadCounts(counted) {
      tally = counted;
    },

    stopBegins() {
      stopDrawing();
      if (!screen.isLive) screen.write(loadLine());
      screen.write('');
      say('SIGTERM', 'in the middle of the load; all clients go on');
      screen.write('');
      stopDrawing = screen.draw((isLast) => {
        progress.tick(performance.now());
        const phases = broken ? [] : stopLines(progress, paint, screen.columns);
        return isLast ? phases : [...phases, '', ...labelled(screen, '', [loadLine()])];
      });
    },

    /** @param {import('../service-process.mjs').ServiceLine} line */
    serviceSaid(line) {
      progress.apply(line, performance.now());
      const text = screen.isLive ? undefined : plainLine(line, progress);
      if (text !== undefined) screen.write(text);
    },

    /**
     * @param {import('../service-process.mjs').ServiceEnd} end
     * @param {number} afterMs
     */
    stopIsOver({ code, signal }, afterMs) {
      stopDrawing();
      if (!broken) screen.write('');
      say('Exit', `${signal ?? `code ${code}`}, ${formatDuration(afterMs)} after SIGTERM`);
      if (progress.report === undefined) say('Report', paint('red', 'none'));
      else screen.write(...reportLines(progress.report, screen));
    },

    /** @param {{ pid: number }} service */
    serviceIsBack({ pid }) {
      say('Restart', `process ${pid} opens its log; every acknowledged message is asked for again`);
      screen.write('');
    },

    /**
     * @param {import('../account.mjs').Account} account
     * @param {number} totalMs
     */
    accountIsDrawn(account, totalMs) {
      screen.write(...accountLines(account, screen), '');
      const verdict = account.isEverythingThere
        ? paint('green', 'Nothing was lost.')
        : paint('red', 'Something was lost.');
      screen.write(`${verdict} ${paint('dim', `${formatDuration(totalMs)} in all`)}`, '');
      screen.write(...nextLines(screen, broken), '');
    },
  };
}

function describeLoad() {
  return clientKinds.map(({ kind, clients }) => `${clients} ${kind}`).join(', ');
}
