// Runs every example in examples/. Each folder `NN-name` has either a program `check.mjs` that runs the example and
// ends with 0 when it did what it says, or an end-to-end test (`*.e2e.test.ts`) that `npm test` runs.
//
//   npm run check:examples                      all of them
//   npm run check:examples -- 01-first-service  those whose name contains this
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** No example takes longer, in milliseconds. */
const timeoutMs = 120_000;

const folder = fileURLToPath(new URL('../examples', import.meta.url));
const filter = process.argv[2] ?? '';
const names = existsSync(folder)
  ? readdirSync(folder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name.includes(filter),
    )
  : [];
/** @type {string[]} */
const failures = [];
for (const { name } of names) {
  const failure = await runExample(name);
  if (failure !== undefined) failures.push(failure);
}

console.log(`${names.length - failures.length} examples are right, ${failures.length} are not`);
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;

/**
 * @param {string} name
 * @returns {Promise<string | undefined>} what is wrong with it
 */
async function runExample(name) {
  if (!/^\d\d-[a-z0-9-]+$/.test(name)) return `examples/${name}: is not named NN-name`;
  const files = readdirSync(join(folder, name), { recursive: true }).map(String);
  if (files.includes('check.mjs')) return runCheck(name);
  if (files.some((file) => file.endsWith('.e2e.test.ts'))) {
    console.log(`examples/${name}: run by npm test`);
    return undefined;
  }
  return `examples/${name}: nothing runs it; it needs a check.mjs or a *.e2e.test.ts`;
}

/**
 * In a process group of its own, so that an example which hangs is ended together with what it has started.
 * @param {string} name
 * @returns {Promise<string | undefined>}
 */
async function runCheck(name) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['check.mjs'], {
    cwd: join(folder, name),
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const timer = setTimeout(() => killGroup(child.pid), timeoutMs);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  killGroup(child.pid);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  if (code === 0) console.log(`examples/${name}: done in ${seconds} s`);
  return code === 0 ? undefined : `examples/${name}: ended with ${signal ?? code} after ${seconds} s`;
}

/** @param {number | undefined} group */
function killGroup(group) {
  if (group === undefined) return;
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}
