import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { findFamily, findStrangers } from '../../src/processes/find-family.js';
import { readProcess } from '../../src/processes/read-processes.js';
import { isOfRun, markRun, runMarker } from '../../src/processes/run-marker.js';

describe('the family of a command', () => {
  it('is what is in its group, its session, or carries its mark, and nobody else', async () => {
    const runId = randomUUID();
    const script = `
      sleep 1000 & echo "group $!"
      setsid sleep 1000 & echo "marked $!"
      env -i setsid sleep 1000 & echo "escaped $!"
      while [ "$(ps -o sid= -p $!)" -eq "$(ps -o sid= -p $$)" ]; do :; done
      echo ready; wait`;
    const stranger = startProcess('sleep', ['1000']);
    const command = startProcess('sh', ['-c', script], { env: { [runMarker]: runId } });
    await command.waitForLine('ready');
    const pidOf = (name: string): number =>
      Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(command.stdout)?.[1]);
    const family = {
      pid: command.pid,
      startTicks: readProcess(command.pid)?.startTicks,
      runId,
      hasNamespace: false,
    };
    const expected = [pidOf('group'), pidOf('marked')];
    expect(new Set(findFamily(family).map(({ pid }) => pid))).toEqual(new Set(expected));
    const strangers = findStrangers(family);
    expect(strangers.has(process.pid)).toBe(true);
    expect([command.pid, ...expected].filter((pid) => strangers.has(pid))).toEqual([]);
    expect(findFamily(family, strangers).map(({ pid }) => pid)).not.toContain(stranger.pid);
    for (const name of ['marked', 'escaped']) process.kill(pidOf(name), 'SIGKILL');
  });
});

describe('the mark of a run', () => {
  it('is added to those of the supervisors above, so that each finds all below it', () => {
    const outer = markRun('outer', {});
    const inner = markRun('inner', { [runMarker]: outer });
    expect([outer, inner]).toEqual(['outer', 'outer:inner']);
    const environment = ['A=1', `${runMarker}=${inner}`];
    expect(isOfRun(environment, 'outer')).toBe(true);
    expect(isOfRun(environment, 'inner')).toBe(true);
    expect(isOfRun(environment, 'out')).toBe(false);
    expect(isOfRun([`${runMarker}2=outer`], 'outer')).toBe(false);
    expect(isOfRun([], 'outer')).toBe(false);
  });
});
