import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShutdownReport } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import {
  createFolder,
  fixtureCommand,
  type OnTestFinished,
  readReport,
  type Told,
} from '../support/fixture.js';

/** A package whose script runs the service, as those of users do. */
interface Package {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  report(): ShutdownReport;
}

function createPackage(script: string, onFinished: OnTestFinished): Package {
  const folder = createFolder(onFinished);
  const reportFile = join(folder, 'report.json');
  const told: Told = { options: { reportFile }, orders: { drain: 'waits' } };
  const [node, fixture, argument] = fixtureCommand('service', told);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', scripts: { start: script } }));
  const env = { SERVICE_NODE: node, SERVICE: fixture, TOLD: argument, npm_config_update_notifier: 'false' };
  return { folder, env, report: () => readReport(reportFile) };
}

/** `exec` replaces the shell, so npm passes a signal on that the service already got with its process group. */
const withExec = 'exec "$SERVICE_NODE" "$SERVICE" "$TOLD"';
const withShell = '"$SERVICE_NODE" "$SERVICE" "$TOLD"';

/** One stop, and nothing that came with the signal a second time has made it climb. */
function expectOneCleanStop(report: ShutdownReport): void {
  expect(report).toMatchObject({
    reason: 'signal:SIGINT',
    outcome: 'clean',
    mode: { requested: 'graceful', reached: 'graceful', climbs: [] },
    exit: { code: 0 },
  });
}

function startNpm(app: Package, onFinished: OnTestFinished): TestProcess {
  return startProcess('npm', ['run', '--silent', 'start'], { cwd: app.folder, env: app.env, onFinished });
}

describe.concurrent('Ctrl-C reaches the service once, or twice, and is one clean stop', () => {
  it('under npm run with exec: the group and npm both deliver it', async ({ onTestFinished }) => {
    const app = createPackage(withExec, onTestFinished);
    const npm = startNpm(app, onTestFinished);
    await npm.waitForLine(/^ready/);
    npm.signalGroup('SIGINT');
    await npm.waitForExit();
    expectOneCleanStop(app.report());
  });

  it('under npm run with a shell in between', async ({ onTestFinished }) => {
    const app = createPackage(withShell, onTestFinished);
    const npm = startNpm(app, onTestFinished);
    await npm.waitForLine(/^ready/);
    npm.signalGroup('SIGINT');
    await npm.waitForExit();
    expectOneCleanStop(app.report());
  });

  it('under node --watch, which passes on what the group got already', async ({ onTestFinished }) => {
    const { folder, env, report } = createPackage(withExec, onTestFinished);
    const args = ['--watch', env['SERVICE'] ?? '', env['TOLD'] ?? ''];
    const watch = startProcess(process.execPath, args, { cwd: folder, onFinished: onTestFinished });
    await watch.waitForLine(/^ready/);
    watch.signalGroup('SIGINT');
    await watch.waitForExit();
    expectOneCleanStop(report());
  });

  it('typed at a terminal', async (context) => {
    const { onTestFinished } = context;
    const { status } = spawnSync('script', ['--version']);
    if (status !== 0) context.skip('there is no script(1) to make a terminal');
    const app = createPackage(withExec, onTestFinished);
    // Without npm: what npm makes of a Ctrl-C of its own that it sees after its script has ended is npm's.
    const terminal = startProcess('script', ['-qec', withExec, '/dev/null'], {
      cwd: app.folder,
      env: app.env,
      onFinished: onTestFinished,
    });
    await terminal.waitForLine(/^ready/);
    terminal.stdin.write('\u0003');
    expect(await terminal.waitForExit()).toMatchObject({ code: 0, signal: null });
    expectOneCleanStop(app.report());
  });
});
