// Judges the examples that are services, as a user would judge a service: `quiesce-verify`, in a few runs of each.
//
//     npm run verify:examples
//
// One JUnit file an example is left in .cache/test-reports/. Ends with 1 when a clause fails, and with the reasons.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const judge = join(root, 'packages/verify/dist/cli/main.js');
const reports = join(root, '.cache/test-reports');
const scratch = mkdtempSync(join(tmpdir(), 'quiesce-verify-examples-'));

/** What is judged, and how. A fixed seed: what fails here fails again. */
const examples = [
  {
    name: '01-http-service',
    server: 'examples/01-http-service/server.mjs',
    settings: ['--runs', '3', '--only', 'stop,duplicate,pid1', '--connections', '16'],
    env: {},
  },
  {
    name: '02-order-log',
    server: 'examples/02-order-log/server.mjs',
    settings: [
      '--runs=7',
      '--only=stop,holders,duplicate,other-signal,early,second,pid1',
      '--ready=/readyz',
      '--announce=0.4',
      `--requests=${join(root, 'scripts/verify-orders.json')}`,
    ],
    env: { ORDERS: join(scratch, 'orders.log'), ANNOUNCE_MS: '500' },
  },
];

mkdirSync(reports, { recursive: true });
let failed = 0;
try {
  for (const { name, server, settings, env } of examples) {
    console.log(`\n${name}`);
    const junit = join(reports, `verify-${name}.xml`);
    const args = [judge, '--seed', name, '--junit', junit, ...settings, '--', process.execPath, server];
    const { status } = spawnSync(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) failed += 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(failed === 0 ? '\nthe examples stop gracefully' : `\n${failed} of the examples do not`);
process.exitCode = failed === 0 ? 0 : 1;
