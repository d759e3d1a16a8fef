import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import { createFolder, fixtureCommand, readReport, type Told } from '../support/fixture.js';
import { asPidOne, childOf, requirePrivilege } from '../support/privileges.js';
import { calledHooks, everyHook } from '../support/stop-service.js';

/** `unshare` ends as its child has ended, by a signal too. */
interface Container {
  readonly process: TestProcess;
  kill(signal: NodeJS.Signals): void;
}

async function startContainer(fixture: string, told: Told): Promise<Container> {
  const [command, ...args] = [...asPidOne.command, ...fixtureCommand(fixture, told)];
  const started = startProcess(command, args);
  await started.waitForLine(/^ready/);
  return { process: started, kill: (signal) => process.kill(childOf(started.pid), signal) };
}

describe('as PID 1 of a container', () => {
  beforeEach((context: TestContext) => requirePrivilege(context, asPidOne));

  for (const { policy, code } of [
    { policy: '0', code: 0 },
    { policy: 'legacy', code: 1 },
  ] as const) {
    it(`SIGTERM stops well, and exits with ${code} under the policy "${policy}"`, async () => {
      const reportFile = join(createFolder(onTestFinished), 'report.json');
      const told = { options: { exitCode: policy, reportFile } };
      const container = await startContainer('service', told);
      container.kill('SIGTERM');
      expect(await container.process.waitForExit()).toMatchObject({ code, signal: null });
      expect(calledHooks(container.process.stdout)).toEqual(everyHook);
      expect(readReport(reportFile)).toMatchObject({ pid: 1, outcome: 'clean', exit: { code } });
    });
  }

  it('a blocked event loop is ended by the watchdog, though PID 1 is deaf to its own SIGKILL', async () => {
    const reportFile = join(createFolder(onTestFinished), 'report.json');
    const told = { options: { timeoutMs: 300, reportFile }, orders: { drain: 'blocks' } };
    const container = await startContainer('service', told);
    container.kill('SIGTERM');
    expect(await container.process.waitForExit()).toMatchObject({ code: null, signal: 'SIGTRAP' });
    expect(readReport(reportFile)).toMatchObject({
      pid: 1,
      outcome: 'forced',
      exit: { code: 133 },
      notes: [{ code: 'watchdog', component: 'orders' }],
    });
  });

  it('a crash persists and exits with 1', async () => {
    const container = await startContainer('crashes', { by: 'exception' });
    expect(await container.process.waitForExit()).toMatchObject({ code: 1, signal: null });
    expect(calledHooks(container.process.stdout)).toContain('database persist');
  });

  it('a stop that was killed is found by the next start, which has the same pid', async () => {
    const stateFile = join(createFolder(onTestFinished), 'state.json');
    const killed = await startContainer('service', { options: { stateFile }, orders: { drain: 'hangs' } });
    killed.kill('SIGTERM');
    await killed.process.waitForLine('orders drain');
    killed.kill('SIGKILL');
    await killed.process.waitForExit();
    const next = await startContainer('service', { options: { stateFile } });
    expect(next.process.stdout).toContain('ready previousStop=killed');
  });
});
