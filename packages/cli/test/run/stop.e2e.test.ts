import { ControlProblemError, createControlClient } from '@quiesce/control/client';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { quiesceCommand, runQuiesce } from '../support/quiesce-process.js';
import {
  childrenOf,
  createFolder,
  isAlive,
  program,
  supervise,
  superviseProgram,
} from '../support/supervise.js';

describe('a stop of quiesce run', () => {
  it('sends SIGTERM, ends after the command, and exits with 0; the report has the command’s own code', async () => {
    const { supervisor, pid, report, child } = await superviseProgram({ delayMs: 100 });
    supervisor.signal('SIGTERM');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(isAlive(pid)).toBe(false);
    expect(report()).toMatchObject({ outcome: 'clean', reason: 'signal:SIGTERM' });
    expect(child()).toMatchObject({
      pid,
      profile: 'node',
      exit: { code: 0, signal: null },
      steps: [{ signal: 'SIGTERM', to: 'process', outcome: 'ended' }],
    });
    expect(child().steps[0]?.durationMs).toBeGreaterThanOrEqual(95);
  });

  it('is incomplete (3) when the command ends with a code that its profile does not call clean', async () => {
    const { supervisor, report, child } = await superviseProgram({ exit: 7 });
    supervisor.signal('SIGTERM');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 3 });
    expect(report().notes).toContainEqual(expect.objectContaining({ code: 'child-unclean' }));
    expect(child().exit).toEqual({ code: 7, signal: null });
  });

  it('is forced (2) when the command ignores every signal: SIGKILL at the deadline, and nothing is left', async () => {
    const told = { ignores: ['SIGTERM', 'SIGINT', 'SIGHUP'], children: [{ ignores: ['SIGTERM'] }] } as const;
    const supervised = await superviseProgram(told, ['--timeout', '1']);
    supervised.supervisor.signal('SIGTERM');
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 2 });
    expect(supervised.report().outcome).toBe('forced');
    expect(supervised.child()).toMatchObject({ exit: { code: null, signal: 'SIGKILL' } });
    expect(supervised.child().steps.map(({ signal }) => signal)).toEqual(['SIGTERM', 'SIGKILL']);
    expect([supervised.pid, ...childrenOf(supervised)].filter(isAlive)).toEqual([]);
  });

  it('takes a signal that comes twice for one press, and a later one for the next rung', async () => {
    const { supervisor, report } = await superviseProgram({ ignores: ['SIGTERM'] }, ['--timeout', '20']);
    supervisor.signal('SIGTERM');
    supervisor.signal('SIGTERM');
    supervisor.signal('SIGINT');
    await supervisor.waitForLine('ignored SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 600)); // beyond the 500 ms of one press
    supervisor.signal('SIGTERM');
    await supervisor.waitForLine(/from graceful to last-ditch/);
    await new Promise((resolve) => setTimeout(resolve, 600));
    supervisor.signal('SIGTERM');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 2 });
    expect(report().mode.climbs.map(({ to }) => to)).toEqual(['last-ditch', 'force']);
    expect(supervisor.stdout.match(/ignored SIGTERM/g)).toHaveLength(1);
  });

  it('reaches a command in a group of its own once, when the whole group of the supervisor is signalled', async () => {
    const { supervisor } = await superviseProgram({});
    supervisor.signalGroup('SIGTERM');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(supervisor.stdout.match(/got SIGTERM/g)).toHaveLength(1);
  });

  it('can be asked for under npm, whose shell passes a signal on to nobody: by name', async () => {
    const folder = createFolder();
    const command = [process.execPath, quiesceCommand, 'run', '--name', 'service', '--', ...program()];
    const quoted = command.map((each) => `'${each}'`).join(' ');
    const shell = startProcess('sh', ['-c', `${quoted}; exit $?`], { env: { XDG_RUNTIME_DIR: folder } });
    await shell.waitForLine(/^ready/);
    const stop = await runQuiesce(['stop', 'service'], { env: { XDG_RUNTIME_DIR: folder } });
    expect(stop.code).toBe(0);
    expect(await shell.waitForExit()).toMatchObject({ code: 0 });
  });

  it('passes on the signals that are none of its own', async () => {
    const { supervisor } = await superviseProgram({});
    for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGWINCH'] as const) {
      supervisor.signal(signal);
      await supervisor.waitForLine(`got ${signal}`);
    }
    supervisor.signal('SIGTERM');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 0 });
  });

  it('keeps what was said to it from the command, and gives it everything else', async () => {
    const names = ['QUIESCE_SHUTDOWN_EXIT_CODE', 'QUIESCE_ANNOUNCE', 'MINE'];
    const env = { QUIESCE_SHUTDOWN_EXIT_CODE: '1', QUIESCE_ANNOUNCE: '0.1', MINE: 'yes' };
    const { supervisor } = await superviseProgram({ env: names }, [], { env });
    await supervisor.waitForLine('MINE=yes');
    expect(supervisor.stdout).toContain('QUIESCE_SHUTDOWN_EXIT_CODE=\n');
    expect(supervisor.stdout).toContain('QUIESCE_ANNOUNCE=\n');
    supervisor.signal('SIGTERM');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 1 });
  });
});

describe('the exit code of a clean stop', () => {
  it.each([
    [['--shutdown-exit-code', 'legacy'], {}, 'SIGTERM', 1],
    [['--shutdown_exit_code', 'legacy'], {}, 'SIGINT', 0],
    [['--shutdown_exit_code=1'], {}, 'SIGINT', 1],
    [[], { QUIESCE_SHUTDOWN_EXIT_CODE: '1' }, 'SIGTERM', 1],
    [['--shutdown-exit-code', '0'], { QUIESCE_SHUTDOWN_EXIT_CODE: '1' }, 'SIGTERM', 0],
  ] as const)('with %j, %j after %s is %i', async (options, env, signal, code) => {
    const { supervisor } = await superviseProgram({}, options, { env });
    supervisor.signal(signal);
    expect(await supervisor.waitForExit()).toMatchObject({ code });
  });

  it('is 128 + n of a command that died by the signal, unless a policy was chosen', async () => {
    const sleep = ['--ready', 'none'];
    const plain = supervise(sleep, ['sleep', '1000']);
    const chosen = supervise([...sleep, '--shutdown-exit-code', '0'], ['sleep', '1000']);
    for (const { supervisor } of [plain, chosen]) {
      await supervisor.waitForLine(/started sleep/);
      supervisor.signal('SIGTERM');
    }
    expect(await plain.supervisor.waitForExit()).toMatchObject({ code: 143 });
    expect(await chosen.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(plain.report().notes.map(({ code }) => code)).toContain('died-by-signal');
  });
});

describe('what a command has started', () => {
  const children = [{}, { detached: true }, { detached: true, ignores: ['SIGTERM'] as const }];

  it('is ended with it, also in sessions of its own; who ignores SIGTERM is killed, and named', async () => {
    const supervised = await superviseProgram({ children }, ['--timeout', '6']);
    supervised.supervisor.signal('SIGTERM');
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 3 });
    expect(childrenOf(supervised)).toHaveLength(3);
    expect(childrenOf(supervised).filter(isAlive)).toEqual([]);
    const hooks = supervised.report().components.find(({ name }) => name === 'child')?.phases ?? [];
    const { error } = hooks.find(({ phase }) => phase === 'release') ?? {};
    expect(error).toMatchObject({ code: 'QUIESCE_LEFT_BEHIND' });
    expect(error?.message).toContain(String(childrenOf(supervised)[2]));
  });

  it('gets every signal with --kill group', async () => {
    const supervised = await superviseProgram({ delayMs: 100, children: [{}] }, ['--kill', 'group']);
    supervised.supervisor.signal('SIGTERM');
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(supervised.child().steps).toMatchObject([{ signal: 'SIGTERM', to: 'group' }]);
    expect(supervised.report().notes).toEqual([]);
    expect(childrenOf(supervised).filter(isAlive)).toEqual([]);
  });

  it('is left alone with --kill process, and named', async () => {
    const supervised = await superviseProgram({ children: [{ detached: true }] }, ['--kill', 'process']);
    supervised.supervisor.signal('SIGTERM');
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 0 });
    const [left = 0] = childrenOf(supervised);
    const wasLeft = isAlive(left);
    process.kill(left, 'SIGKILL');
    expect(wasLeft).toBe(true);
    expect(supervised.report().notes).toMatchObject([{ code: 'left-running', count: 1 }]);
  });
});

describe('the control endpoint of a supervised command', () => {
  it('answers when the command has ended, also when it had to be killed', async () => {
    const { supervisor, socketPath, pid } = await superviseProgram({ ignores: ['SIGTERM'] });
    const client = createControlClient({ socketPath });
    const report = await client.shutdown({ mode: 'force' });
    expect(isAlive(pid)).toBe(false);
    expect(report).toMatchObject({ outcome: 'forced', exit: { code: 2 } });
    const details = report.components.find(({ name }) => name === 'child')?.details;
    expect(details).toMatchObject({ exit: { signal: 'SIGKILL' }, steps: [{ signal: 'SIGKILL' }] });
    expect(await supervisor.waitForExit()).toMatchObject({ code: 2 });
  });

  it('refuses a mode that the profile lacks, and nothing is stopped', async () => {
    const { supervisor, socketPath, pid } = await superviseProgram({});
    const client = createControlClient({ socketPath });
    const refusal = await client.shutdown({ mode: 'lame-duck' }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ControlProblemError);
    expect(refusal).toMatchObject({ status: 400, message: expect.stringContaining('profile "node" has') });
    expect((await client.status()).state).toBe('running');
    expect(isAlive(pid)).toBe(true);
    // `ldm` is last-ditch where there is no lame duck.
    expect((await client.shutdown({ mode: 'ldm' })).mode.requested).toBe('last-ditch');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 0 });
  });
});
