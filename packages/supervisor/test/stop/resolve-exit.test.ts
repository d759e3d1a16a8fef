import { describe, expect, it } from 'vitest';
import type { ChildExit } from '../../src/child/child-exit.js';
import { isCleanExit } from '../../src/stop/judge-exit.js';
import { resolveExit } from '../../src/stop/resolve-exit.js';

const code = (number: number): ChildExit => ({ code: number, signal: null });
const by = (signal: NodeJS.Signals): ChildExit => ({ code: null, signal });

describe('the exit code of a supervisor', () => {
  it('is what a shell gives for a command that cannot be run', () => {
    expect(resolveExit('failed', { notRun: 127 })?.code).toBe(127);
    expect(resolveExit('failed', { notRun: 126, policy: '1' })?.code).toBe(126);
  });

  it("is the command's own when it ended by itself", () => {
    const exitOf = (exit: ChildExit): number | undefined =>
      resolveExit('failed', { endedByItself: exit, exit })?.code;
    expect([code(3), by('SIGKILL'), by('SIGSEGV')].map(exitOf)).toEqual([3, 137, 139]);
    expect(resolveExit('clean', { endedByItself: code(0), exit: code(0) })?.code).toBe(0);
  });

  it('is no 1 of its own where the policy says that a clean stop exits with 1', () => {
    const endedByItself = code(1);
    expect(resolveExit('failed', { endedByItself })?.code).toBe(1);
    expect(resolveExit('failed', { endedByItself, policy: '0' })?.code).toBe(1);
    expect(resolveExit('failed', { endedByItself, policy: '1' })?.code).toBe(70);
    expect(resolveExit('failed', { endedByItself, policy: 'legacy' })?.code).toBe(70);
  });

  it('is the policy’s when a command failed in another way than by its code', () => {
    expect(resolveExit('failed', { endedByItself: code(0) })).toBeUndefined();
  });

  it('is 128 + n after a clean stop by a signal, unless somebody chose a policy', () => {
    const exit = by('SIGTERM');
    expect(resolveExit('clean', { exit })?.code).toBe(143);
    expect(resolveExit('clean', { exit: by('SIGINT') })?.code).toBe(130);
    expect(resolveExit('clean', { exit, policy: '0' })).toBeUndefined();
  });

  it('is the policy’s for every stop that was not clean, and for one that ended with a code', () => {
    expect(resolveExit('forced', { exit: by('SIGKILL') })).toBeUndefined();
    expect(resolveExit('incomplete', { exit: by('SIGTERM') })).toBeUndefined();
    expect(resolveExit('clean', { exit: code(1) })).toBeUndefined();
  });
});

describe('the end of a command that was told to stop', () => {
  const profile = {
    name: 'x',
    summary: 'x',
    modes: { graceful: { what: 'x', steps: [{ signal: 'SIGTERM' }] } },
  } as const;
  const sent = new Set<NodeJS.Signals>(['SIGTERM']);

  it('is clean with 0 and nothing else, unless the profile says more', () => {
    expect(
      [code(0), code(1), code(143), by('SIGTERM')].map((exit) => isCleanExit(exit, profile, sent)),
    ).toEqual([true, false, false, false]);
  });

  it('is clean with a code that the profile names for a signal, when that was sent', () => {
    const exits = { codes: [0, 7], after: { SIGTERM: [1] } };
    expect(isCleanExit(code(7), { ...profile, exits }, new Set())).toBe(true);
    expect(isCleanExit(code(1), { ...profile, exits }, sent)).toBe(true);
    expect(isCleanExit(code(1), { ...profile, exits }, new Set(['SIGINT']))).toBe(false);
  });

  it('is clean by a signal only when the profile says so, and that signal was sent', () => {
    const exits = { bySignal: true };
    expect(isCleanExit(by('SIGTERM'), { ...profile, exits }, sent)).toBe(true);
    expect(isCleanExit(by('SIGSEGV'), { ...profile, exits }, sent)).toBe(false);
  });
});
