import type { Clock } from '@quiesce/core';
import { describeError } from '../describe-error.js';
import type { ResolvedHealthCheck } from './health-check.js';

/** The answer of one check. */
export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** What was wrong, in the check's own words. */
  readonly message?: string;
  readonly durationMs: number;
}

/** Runs one check for everybody who asks. */
export interface CheckRunner {
  readonly check: ResolvedHealthCheck;
  /** The last result, while it is fresh enough; else that of the run that goes on, or of a new one. */
  run(): Promise<CheckResult>;
  /** The last result, whatever its age. */
  readonly last: CheckResult | undefined;
}

/**
 * Creates the runner of a check. A run that is late has failed, and its `signal` says so to it; while it hangs all the
 * same, whoever asks is told at once, and no other run begins.
 */
export function createCheckRunner(check: ResolvedHealthCheck, clock: Clock): CheckRunner {
  let last: CheckResult | undefined;
  let freshUntilMs = Number.NEGATIVE_INFINITY;
  let answer: Promise<CheckResult> | undefined;
  let isRunning = false;

  const begin = (): Promise<CheckResult> => {
    isRunning = true;
    const startedMs = clock.now();
    const controller = new AbortController();
    return new Promise((resolve) => {
      const settle = (ok: boolean, message?: string): void => {
        if (answer === undefined) return;
        answer = undefined;
        timer.cancel();
        const durationMs = Math.round(clock.now() - startedMs);
        last = { name: check.name, ok, durationMs, ...(message === undefined ? {} : { message }) };
        freshUntilMs = clock.now() + check.maxAgeMs;
        resolve(last);
      };
      const timer = clock.setTimer(() => {
        settle(false, `no answer within ${check.timeoutMs} ms`);
        controller.abort(new DOMException(`no answer within ${check.timeoutMs} ms`, 'TimeoutError'));
      }, check.timeoutMs);
      const over = (ok: boolean, message?: string): void => {
        isRunning = false;
        settle(ok, message);
      };
      void call(check, controller.signal).then(
        () => over(true),
        (error: unknown) => over(false, describeError(error)),
      );
    });
  };

  return {
    check,
    async run() {
      if (answer !== undefined) return answer;
      const hangs = isRunning;
      if (last !== undefined && (hangs || clock.now() < freshUntilMs)) return last;
      answer = begin();
      return answer;
    },
    get last() {
      return last;
    },
  };
}

async function call(check: ResolvedHealthCheck, signal: AbortSignal): Promise<void> {
  await check.check({ signal });
}
