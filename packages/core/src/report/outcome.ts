import type { ExitReport, StopOutcome } from '../contract/report.js';
import type { ExitCodePolicy } from '../options/lifecycle-options.js';

/**
 * The exit code of each outcome that is not clean. `failed` is EX_SOFTWARE of sysexits.h where the policy gives 1
 * to a clean stop: otherwise a crash could not be told from it.
 */
const exitCodes = { failed: 1, failedWhenCleanIsOne: 70, forced: 2, incomplete: 3 } as const;

/** The exit code of a stop, and the rule that gave it; see `docs/exit-codes.md`. */
export function resolveExit(outcome: StopOutcome, policy: ExitCodePolicy, reason: string): ExitReport {
  switch (outcome) {
    case 'clean':
      return resolveCleanExit(policy, reason);
    case 'failed':
      return policy === '0'
        ? { code: exitCodes.failed, rule: 'failed' }
        : {
            code: exitCodes.failedWhenCleanIsOne,
            rule: `failed, told apart from clean under policy "${policy}"`,
          };
    case 'forced':
    case 'incomplete':
      return { code: exitCodes[outcome], rule: outcome };
  }
}

function resolveCleanExit(policy: ExitCodePolicy, reason: string): ExitReport {
  if (policy !== 'legacy') return { code: Number(policy), rule: `clean, policy "${policy}"` };
  const code = reason === 'signal:SIGTERM' ? 1 : 0;
  return { code, rule: `clean after ${reason}, policy "legacy"` };
}
