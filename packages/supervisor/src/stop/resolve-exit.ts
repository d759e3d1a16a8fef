import type { ExitCodePolicy, ExitReport, StopOutcome } from '@quiesce/core';
import { type ChildExit, describeExit, toShellCode } from '../child/child-exit.js';

/** What the exit code of a supervisor follows from, beside the outcome. */
export interface ExitFacts {
  /** Set when the command could not be run: what a shell would exit with. */
  readonly notRun?: 126 | 127 | undefined;
  /** Set when the command ended by itself. */
  readonly endedByItself?: ChildExit | undefined;
  /** Set when the command has ended, for whatever reason. */
  readonly exit?: ChildExit | undefined;
  /** Undefined when nobody chose a policy. */
  readonly policy?: ExitCodePolicy | undefined;
}

/** EX_SOFTWARE of sysexits.h: what the core gives for a failure where the policy lets a clean stop exit with 1. */
const failedWhenCleanIsOne = 70;

/**
 * The exit code of a supervisor where it is not that of the policy; undefined where it is.
 *
 * | what happened | exit code |
 * | --- | --- |
 * | the command cannot be run | 127 not found, 126 not executable |
 * | it ended by itself | its own, or 128 + n; 70 in place of 1 where the policy lets a clean stop exit with 1 |
 * | a clean stop, by a signal it does not handle, and nobody chose a policy | 128 + n |
 * | everything else | the policy's: see docs/exit-codes.md |
 */
export function resolveExit(outcome: StopOutcome, facts: ExitFacts): ExitReport | undefined {
  const { notRun, endedByItself, exit, policy } = facts;
  if (notRun !== undefined) {
    return { code: notRun, rule: notRun === 127 ? 'command not found' : 'command not executable' };
  }
  if (outcome === 'failed' || outcome === 'clean') {
    if (endedByItself !== undefined) return passOn(endedByItself, policy, outcome);
  }
  const isUnhandled = outcome === 'clean' && exit !== undefined && exit.signal !== null;
  if (!isUnhandled || policy !== undefined) return undefined;
  return {
    code: toShellCode(exit),
    rule: `clean, the command died by ${exit.signal}, and no policy was chosen`,
  };
}

function passOn(
  exit: ChildExit,
  policy: ExitCodePolicy | undefined,
  outcome: StopOutcome,
): ExitReport | undefined {
  const code = toShellCode(exit);
  const rule = `the command ended by itself with ${describeExit(exit)}`;
  // It failed in another way, by going to the background, say: 0 would call that a success.
  if (code === 0) return outcome === 'clean' ? { code, rule } : undefined;
  const isAmbiguous = code === 1 && policy !== undefined && policy !== '0';
  if (!isAmbiguous) return { code, rule };
  return { code: failedWhenCleanIsOne, rule: `${rule}, told apart from clean under policy "${policy}"` };
}
