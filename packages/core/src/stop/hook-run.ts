import type { Clock } from '../clock.js';
import { HookAbortedError } from '../errors.js';
import type { HookOutcome } from '../report/report.js';
import { roundMs } from '../report/round-ms.js';
import type { StopMode } from './modes.js';
import type { Phase } from './phases.js';

/** How one call of a hook ended. */
export interface HookResult {
  readonly outcome: HookOutcome;
  readonly durationMs: number;
  /** How long the call itself took before it returned: all that time the event loop stood still. */
  readonly blockedMs: number;
  readonly error?: unknown;
}

/** A hook that was called and has not ended. */
export interface HookRun {
  readonly signal: AbortSignal;
  /** Ends it without waiting for it; its signal says why. Does nothing once it has ended. */
  abort(by: 'late' | StopMode): void;
}

/** What a hook run needs to know. */
export interface HookCall {
  readonly component: string;
  readonly phase: Phase;
  /** Calls the hook. May throw, reject, or never settle. */
  call(run: HookRun): void | Promise<void>;
  /** How long it may take, in milliseconds; undefined when the phase's own end is the limit. */
  readonly limitMs: number | undefined;
  /** Called exactly once, maybe before `runHook` returns. */
  settled(result: HookResult): void;
}

/** Calls a hook once and settles once, whatever the hook does. */
export function runHook(clock: Clock, hook: HookCall): HookRun {
  const controller = new AbortController();
  const startedMs = clock.now();
  let blockedMs = 0;
  let over = false;

  const settle = (outcome: HookOutcome, error?: unknown): void => {
    if (over) return;
    over = true;
    timer?.cancel();
    const durationMs = roundMs(clock.now() - startedMs);
    hook.settled({ outcome, durationMs, blockedMs, ...(error === undefined ? {} : { error }) });
  };
  const run: HookRun = {
    signal: controller.signal,
    abort(by) {
      if (over) return;
      const error = new HookAbortedError(hook.component, hook.phase, by);
      settle(by === 'late' ? 'late' : 'aborted', error);
      controller.abort(error);
    },
  };
  const timer =
    hook.limitMs === undefined ? undefined : clock.setTimer(() => run.abort('late'), hook.limitMs);

  try {
    const promise = hook.call(run);
    blockedMs = clock.now() - startedMs;
    if (isThenable(promise)) {
      Promise.resolve(promise).then(
        () => settle('done'),
        (error: unknown) => settle('failed', error ?? new Error('rejected with nothing')),
      );
    } else {
      settle('done');
    }
  } catch (error) {
    blockedMs = clock.now() - startedMs;
    settle('failed', error ?? new Error('threw nothing'));
  }
  return run;
}

function isThenable(value: unknown): value is PromiseLike<void> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}
