import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import { asPidOne, childOf, requirePrivilege } from '../../../core/test/support/privileges.js';
import { quiesceCommand } from '../support/quiesce-process.js';
import { createFolder, program } from '../support/supervise.js';

/** Starts `quiesce run` as PID 1 of a namespace, by the file itself, as a container does. */
function startAsPidOne(options: readonly string[], command: readonly string[]): TestProcess {
  const [unshare, ...flags] = asPidOne.command;
  const args = [...flags, quiesceCommand, 'run', '--name', 'service', ...options, '--', ...command];
  return startProcess(unshare, args, { env: { XDG_RUNTIME_DIR: createFolder() } });
}

/** Starts orphans, waits until they have ended, prints the zombies and waits for SIGTERM. */
const makesOrphans = `
  trap 'echo got TERM; exit 0' TERM
  for i in 1 2 3 4 5; do (setsid sh -c 'sleep 0.1; exit 3' >/dev/null &); done
  sleep 1
  echo "zombies: $(cat /proc/[0-9]*/stat | cut -d' ' -f3 | grep -c Z)"
  echo ready
  while :; do sleep 0.05; done`;

describe('quiesce run as PID 1', () => {
  it('reaps what loses its parent: no zombie is left', async (context) => {
    requirePrivilege(context, asPidOne);
    const unshared = startAsPidOne([], ['sh', '-c', makesOrphans]);
    expect(await unshared.waitForLine('zombies')).toBe('zombies: 0');
    await unshared.waitForLine('ready');
    process.kill(childOf(unshared.pid), 'SIGTERM');
    expect(await unshared.waitForExit()).toMatchObject({ code: 0 });
    expect(unshared.stdout).toContain('got TERM');
  });

  it('passes on each signal as what it is', async (context) => {
    requirePrivilege(context, asPidOne);
    const unshared = startAsPidOne([], program());
    await unshared.waitForLine('ready');
    const init = childOf(unshared.pid);
    for (const signal of ['SIGHUP', 'SIGUSR2', 'SIGWINCH'] as const) {
      process.kill(init, signal);
      await unshared.waitForLine(`got ${signal}`);
    }
    process.kill(init, 'SIGINT');
    expect(await unshared.waitForExit()).toMatchObject({ code: 0 });
  });

  const ends: readonly (readonly [string, number])[] = [
    ['exit 7', 7],
    ['kill -KILL $$', 137],
    ['kill -SEGV $$', 139],
    ['exit 127', 127],
  ];
  for (const [script, code] of ends) {
    it(`exits with ${code} after a command that does ${script}`, async (context) => {
      requirePrivilege(context, asPidOne);
      expect(await startAsPidOne([], ['sh', '-c', script]).waitForExit()).toMatchObject({ code });
    });
  }

  it('exits with 143 after SIGTERM to a command without a handler', async (context) => {
    requirePrivilege(context, asPidOne);
    const unshared = startAsPidOne([], ['sleep', '1000']);
    await unshared.waitForLine(/started sleep/);
    process.kill(childOf(unshared.pid), 'SIGTERM');
    expect(await unshared.waitForExit()).toMatchObject({ code: 143 });
  });

  it('ends what has emptied its environment, made a session and lost its parent: nobody else is there', async (context) => {
    requirePrivilege(context, asPidOne);
    const escapes = `
      trap 'exit 0' TERM
      (env -i setsid sleep 1000 </dev/null >/dev/null 2>&1 &)
      until cat /proc/[0-9]*/comm 2>/dev/null | grep -qx sleep; do :; done
      echo ready; while :; do sleep 0.05; done`;
    const unshared = startAsPidOne([], ['sh', '-c', escapes]);
    await unshared.waitForLine('ready');
    process.kill(childOf(unshared.pid), 'SIGTERM');
    expect(await unshared.waitForExit()).toMatchObject({ code: 0 });
    expect(unshared.stderr).toMatch(/what the command left behind was ended: \d+ \(sleep 1000\)/);
  });

  it('keeps its standard input for the command', async (context) => {
    requirePrivilege(context, asPidOne);
    const unshared = startAsPidOne([], ['cat']);
    unshared.stdin.end('through both\n');
    expect(await unshared.waitForExit()).toMatchObject({ code: 0 });
    expect(unshared.stdout).toBe('through both\n');
  });
});

describe('the file of the command', () => {
  it('is a program of the shell and of Node.js, also behind a link', async () => {
    const folder = createFolder();
    const link = join(folder, 'quiesce');
    writeFileSync(join(folder, 'run.sh'), `ln -s '${quiesceCommand}' '${link}' && exec '${link}' --version`);
    const direct = startProcess(quiesceCommand, ['--version']);
    const linked = startProcess('sh', [join(folder, 'run.sh')]);
    const byNode = startProcess(process.execPath, [quiesceCommand, '--version']);
    for (const each of [direct, linked, byNode]) {
      expect(await each.waitForExit()).toMatchObject({ code: 0 });
      expect(each.stdout).toMatch(/^\d+\.\d+\.\d+/);
    }
  });
});
