// `npm start`: puts load on a service, stops it in the middle with SIGTERM, and accounts for every request and message.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildProcesses } from './child-processes.mjs';
import { parseOptions, usage } from './options.mjs';
import { runDemo } from './run-demo.mjs';
import { createScreen } from './view/screen.mjs';

/** @typedef {'SIGINT' | 'SIGTERM' | 'SIGHUP'} Interruption */

const options = parseOptions(process.argv.slice(2));
if (options.help) process.stdout.write(usage);
else process.exit(await main());

/** @returns {Promise<number>} the exit code: 0 only when nothing was lost */
async function main() {
  const screen = createScreen(process.stdout, process.env);
  const children = new ChildProcesses();
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-demo-'));
  try {
    const result = await Promise.race([runDemo(options, folder, screen, children), interrupted()]);
    if (typeof result === 'string') {
      screen.write('', `${result}: ending the service and the load`);
      return 128 + constants.signals[result];
    }
    const text = `${JSON.stringify(result, null, 2)}\n`;
    if (options.json !== undefined) writeFileSync(options.json, text);
    return result.account.isEverythingThere ? 0 : 1;
  } finally {
    screen.close();
    await children.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Resolves with the first signal that asks for the end. A terminal and npm may both deliver it: those that follow are
 * listened to as well, so that none of them cuts the end short.
 * @returns {Promise<Interruption>}
 */
function interrupted() {
  return new Promise((resolve) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, resolve);
  });
}
