import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShutdownReport } from '@quiesce/core';
import { describe, expect, it, type TestContext } from 'vitest';
import { startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import { requireServer } from '../../../../e2e/support/servers.js';
import { asPidOne, childOf, requirePrivilege } from '../../../core/test/support/privileges.js';
import { quiesceCommand } from '../support/quiesce-process.js';
import { createFolder, program } from '../support/supervise.js';

/** A folder in which `quiesce run` is started by somebody else, with a command that says which signals it gets. */
interface Place {
  readonly folder: string;
  readonly commandLine: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  report(): ShutdownReport;
}

function createPlace(): Place {
  const folder = createFolder();
  const reportFile = join(folder, 'report.json');
  return {
    folder,
    commandLine: [quiesceCommand, 'run', '--name', 'service', '--report', reportFile, '--', ...program()],
    env: { XDG_RUNTIME_DIR: folder, npm_config_update_notifier: 'false' },
    report: () => JSON.parse(readFileSync(reportFile, 'utf8')) as ShutdownReport,
  };
}

/** A package whose script is `quiesce run …`, started by npm. */
function startByNpm({ folder, commandLine, env }: Place, prefix: string): TestProcess {
  const script = `${prefix}${commandLine.map((part) => `'${part}'`).join(' ')}`;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', scripts: { start: script } }));
  return startProcess('npm', ['run', '--silent', 'start'], { cwd: folder, env });
}

/** One stop; nothing that has come a second time made it climb, and the command was signalled once. */
function expectOneStop({ report }: Place, { stdout }: TestProcess, signal: string): void {
  expect(report()).toMatchObject({
    reason: `signal:${signal}`,
    outcome: 'clean',
    mode: { requested: 'graceful', reached: 'graceful', climbs: [] },
    exit: { code: 0 },
  });
  expect(stdout.match(/^got SIG.*$/gm)).toEqual(['got SIGTERM']);
}

describe('quiesce run in the script of a package', () => {
  for (const [what, prefix] of [
    ['with exec', 'exec '],
    ['below the shell of npm', ''],
  ] as const) {
    it(`${what} takes Ctrl-C, which the group and npm both deliver, for one`, async () => {
      const place = createPlace();
      const npm = startByNpm(place, prefix);
      await npm.waitForLine(/^ready/);
      npm.signalGroup('SIGINT');
      await npm.waitForExit();
      await expect.poll(() => existsSync(join(place.folder, 'report.json')), { timeout: 20_000 }).toBe(true);
      expectOneStop(place, npm, 'SIGINT');
    });
  }

  it('is stopped by the SIGTERM that npm gets and passes on', async () => {
    const place = createPlace();
    const npm = startByNpm(place, 'exec ');
    await npm.waitForLine(/^ready/);
    npm.signal('SIGTERM');
    await npm.waitForExit();
    expectOneStop(place, npm, 'SIGTERM');
  });
});

describe('quiesce run below tini, which is what docker --init is', () => {
  function startByTini(context: TestContext, place: Place, options: readonly string[] = []): TestProcess {
    requirePrivilege(context, asPidOne);
    const tini = requireServer(context, 'tini');
    const [unshare, ...flags] = asPidOne.command;
    return startProcess(unshare, [...flags, tini, ...options, '--', ...place.commandLine], {
      env: place.env,
    });
  }

  it('gets the signal of docker stop, and its exit code is that of the container', async (context) => {
    const place = createPlace();
    const container = startByTini(context, place);
    await container.waitForLine(/^ready/);
    process.kill(childOf(container.pid), 'SIGTERM');
    expect(await container.waitForExit()).toMatchObject({ code: 0 });
    expectOneStop(place, container, 'SIGTERM');
  });

  it('takes the signal for one when tini signals the group too (-g) and it comes twice', async (context) => {
    const place = createPlace();
    const container = startByTini(context, place, ['-g']);
    await container.waitForLine(/^ready/);
    const init = childOf(container.pid);
    process.kill(init, 'SIGTERM');
    process.kill(childOf(init), 'SIGTERM');
    expect(await container.waitForExit()).toMatchObject({ code: 0 });
    expectOneStop(place, container, 'SIGTERM');
  });
});
