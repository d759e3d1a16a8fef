import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { drawAccount } from './account.mjs';
import { startLoad } from './load-process.mjs';
import { startService } from './service-process.mjs';
import { createNarrator } from './view/narrator.mjs';

/** @typedef {import('./account.mjs').Account} Account */
/** @typedef {import('./child-processes.mjs').ChildProcesses} ChildProcesses */
/** @typedef {import('./service-process.mjs').ServiceEnd} ServiceEnd */

/**
 * What the demo has found out.
 * @typedef {{ account: Account, report: import('@quiesce/core').ShutdownReport | undefined }} DemoResult
 */

const services = {
  good: new URL('../../examples/06-message-log/server.mjs', import.meta.url),
  broken: new URL('exits-on-sigterm.mjs', import.meta.url),
};
/** When SIGTERM comes, in milliseconds after the load began: at any moment in between. */
const loadMs = { least: 1_800, most: 3_000 };
/** How long the load goes on after the service's end, in milliseconds: clients are to meet the closed door too. */
const afterEndMs = 150;

/**
 * ```
 *   service ──▶ load ──▶ SIGTERM in the middle ──▶ exit ──▶ service again ──▶ every message read back ──▶ account
 * ```
 * @param {import('./options.mjs').DemoOptions} options
 * @param {string} folder where the service keeps its messages
 * @param {import('./view/screen.mjs').Screen} screen
 * @param {ChildProcesses} children
 * @returns {Promise<DemoResult>}
 */
export async function runDemo({ broken }, folder, screen, children) {
  const narrator = createNarrator(screen, broken);
  const startedAt = performance.now();
  const script = broken ? services.broken : services.good;
  const settings = { DATA: join(folder, 'log'), PROBES_PORT: '0', FLUSH_MS: '10000' };

  const service = await startService(script, settings, (line) => narrator.serviceSaid(line), children);
  narrator.serviceListens(service);
  const load = startLoad((tally) => narrator.loadCounts(tally), children);
  load.start(service.url);
  narrator.loadRuns(load.pid);
  await Promise.race([delay(randomInt(loadMs.least, loadMs.most)), service.ended.then(endedTooEarly)]);

  const stoppedAt = performance.now();
  narrator.stopBegins();
  service.signal('SIGTERM');
  const end = await service.ended;
  const afterMs = performance.now() - stoppedAt;
  narrator.stopIsOver(end, afterMs);
  await delay(afterEndMs);
  const tally = await load.finish();

  const again = await startService(script, settings, () => {}, children);
  narrator.serviceIsBack(again);
  const readBack = await load.readBack(again.url);
  load.end();
  again.signal('SIGTERM');
  await again.ended;

  const { report } = narrator;
  const account = drawAccount({ tally, readBack, end, report, afterMs });
  narrator.accountIsDrawn(account, performance.now() - startedAt);
  return { account, report };
}

/** @param {ServiceEnd} end */
function endedTooEarly({ code, signal, log }) {
  throw new Error(`the service ended with ${signal ?? code} before it was stopped\n${log}`);
}
