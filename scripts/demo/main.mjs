// `npm start`: puts load on a service, stops it in the middle with SIGTERM, and accounts for every request and order.
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { ChildProcesses } from './child-processes.mjs';
import { parseOptions, usage } from './options.mjs';
import { runDemo } from './run-demo.mjs';
import { createScreen } from './view/screen.mjs';

const options = parseOptions(process.argv.slice(2));
if (options.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const screen = createScreen(process.stdout, process.env);
const children = new ChildProcesses();

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => void interrupt(signal));
}

try {
  const { account, report } = await runDemo(options, screen, children);
  const text = `${JSON.stringify({ account, report }, null, 2)}\n`;
  if (options.json !== undefined) writeFileSync(options.json, text);
  process.exitCode = account.isEverythingThere ? 0 : 1;
} finally {
  screen.close();
  await children.end();
}

/** @param {'SIGINT' | 'SIGTERM' | 'SIGHUP'} signal */
async function interrupt(signal) {
  screen.close();
  screen.write('', `${signal}: ending the demo`);
  for (const ended of await children.end()) screen.write(`  ended the ${ended}`);
  process.exit(128 + constants.signals[signal]);
}
