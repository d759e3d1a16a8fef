import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { createFolder, fixtureCommand, type OnTestFinished, startFixture } from '../support/fixture.js';
import { asNobody, requirePrivilege } from '../support/privileges.js';
import { phases, type Running, startService } from '../support/stop-service.js';

async function killIn(phase: string, { process }: Running): Promise<void> {
  process.signal('SIGTERM');
  await process.waitForLine(`orders ${phase}`);
  process.signal('SIGKILL');
  await process.waitForExit();
}

async function stop({ process }: Running): Promise<void> {
  process.signal('SIGTERM');
  expect(await process.waitForExit()).toMatchObject({ code: 0 });
}

describe.concurrent('kill -9 in the middle of a stop', () => {
  for (const phase of phases) {
    it(`in ${phase} is found by the next start, once`, async ({ onTestFinished }) => {
      const stateFile = join(createFolder(onTestFinished), 'state.json');
      const told = { options: { stateFile }, orders: { [phase]: 'hangs' } };
      await killIn(phase, await startService(told, onTestFinished));

      const next = await startService({ options: { stateFile } }, onTestFinished);
      expect(next.process.stdout).toContain('ready previousStop=killed');
      next.process.signal('SIGTERM');
      expect((await next.stopped()).report).toMatchObject({ outcome: 'clean', previousStop: 'killed' });
      expect(existsSync(stateFile)).toBe(false);

      const third = await startService({ options: { stateFile } }, onTestFinished);
      expect(third.process.stdout).toContain('ready previousStop=undefined');
    });
  }

  it('is none when no stop was under way', async ({ onTestFinished }) => {
    const stateFile = join(createFolder(onTestFinished), 'state.json');
    const service = await startService({ options: { stateFile } }, onTestFinished);
    service.process.signal('SIGKILL');
    await service.process.waitForExit();
    const next = await startService({ options: { stateFile } }, onTestFinished);
    expect(next.process.stdout).toContain('ready previousStop=undefined');
  });

  it('leaves no report, and not half of one', async ({ onTestFinished }) => {
    const folder = createFolder(onTestFinished);
    const reportFile = join(folder, 'report.json');
    const told = { options: { reportFile }, orders: { exit: 'hangs' } };
    await killIn('exit', await startService(told, onTestFinished));
    expect(existsSync(reportFile)).toBe(false);
  });
});

describe.concurrent('a mark with the pid of a process that runs', () => {
  const startWithMark = async (
    startedAt: string,
    onFinished: OnTestFinished,
    pid = process.pid,
  ): Promise<string> => {
    const stateFile = join(createFolder(onFinished), 'state.json');
    writeFileSync(stateFile, JSON.stringify({ pid, startedAt, reason: 'requested' }));
    const service = startFixture('service', { options: { stateFile } }, onFinished);
    return service.waitForLine(/^ready/);
  };

  it('is that of a stop under way, when the process was there before the mark', async ({
    onTestFinished,
  }) => {
    const now = new Date().toISOString();
    expect(await startWithMark(now, onTestFinished)).toBe('ready previousStop=undefined');
  });

  it.runIf(process.platform === 'linux')(
    'is that of a stop that was killed, when the process came after the mark and has its pid',
    async ({ onTestFinished }) => {
      const longAgo = '2000-01-01T00:00:00.000Z';
      expect(await startWithMark(longAgo, onTestFinished)).toBe('ready previousStop=killed');
    },
  );

  it.runIf(process.platform === 'linux')(
    'is that of a stop that was killed, when nobody has reaped the process',
    async ({ onTestFinished }) => {
      // The shell becomes `sleep`, which reaps no child.
      const parent = startProcess('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
        onFinished: onTestFinished,
      });
      const pid = Number(await parent.waitForLine(/^\d+$/));
      await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
      const now = new Date().toISOString();
      expect(await startWithMark(now, onTestFinished, pid)).toBe('ready previousStop=killed');
    },
  );
});

describe.concurrent('a stop that is still under way in another process', () => {
  it('is not taken for killed, and both end well', async ({ onTestFinished }) => {
    const stateFile = join(createFolder(onTestFinished), 'state.json');
    const told = { options: { stateFile, signalDebounceMs: 1 }, orders: { drain: 'hangs' } };
    const old = await startService(told, onTestFinished);
    old.process.signal('SIGTERM');
    await old.process.waitForLine('orders drain');

    const young = await startService({ options: { stateFile } }, onTestFinished);
    expect(young.process.stdout).toContain('ready previousStop=undefined');
    expect(existsSync(stateFile)).toBe(true);
    old.process.signal('SIGTERM'); // cuts the drain
    expect(await old.process.waitForExit()).toMatchObject({ code: 3 });
    expect(existsSync(stateFile)).toBe(false);
    await stop(young);
  });

  it('does not take away the mark of one that began later', async ({ onTestFinished }) => {
    const stateFile = join(createFolder(onTestFinished), 'state.json');
    const told = { options: { stateFile, signalDebounceMs: 1 }, orders: { drain: 'hangs' } };
    const old = await startService(told, onTestFinished);
    const young = await startService(told, onTestFinished);
    old.process.signal('SIGTERM');
    await old.process.waitForLine('orders drain');
    young.process.signal('SIGTERM');
    await young.process.waitForLine('orders drain');
    old.process.signal('SIGTERM');
    await old.process.waitForExit();
    young.process.signal('SIGKILL');
    await young.process.waitForExit();
    const next = await startService({ options: { stateFile } }, onTestFinished);
    expect(next.process.stdout).toContain('ready previousStop=killed');
  });

  it('is not taken for killed by another user, who may not signal it', async (context) => {
    requirePrivilege(context, asNobody);
    const { onTestFinished } = context;
    const folder = createFolder(onTestFinished);
    chmodSync(folder, 0o755);
    const stateFile = join(folder, 'state.json');
    const told = { options: { stateFile }, orders: { drain: 'hangs' } };
    const old = startFixture('service', told, onTestFinished);
    await old.waitForLine(/^ready/);
    old.signal('SIGTERM');
    await old.waitForLine('orders drain');

    const [command, ...args] = [
      ...asNobody.command,
      ...fixtureCommand('service', { options: { stateFile } }),
    ];
    const young = startProcess(command, args, { onFinished: onTestFinished });
    expect(await young.waitForLine(/^ready/)).toBe('ready previousStop=undefined');
  });
});
