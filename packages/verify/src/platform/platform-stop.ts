import type { StopSignal } from '../options/verify-options.js';
import type { ResolvedPlatform } from './resolve-platform.js';

/** The part of a run's stop that a platform decides. */
export interface PlatformStop {
  readonly signals: readonly { readonly signal: StopSignal; readonly afterMs: number }[];
  readonly graceMs: number;
  readonly withdrawMedianMs?: number;
  readonly asPid1: boolean;
  readonly toGroup: boolean;
}

/**
 * The sequence of a platform's stop. The grace runs from its begin, the preStop hook's time included:
 *
 *     begin ─┬─ endpoint removed ─ propagation, each client in its own time ─▶ nobody sends any more
 *            └─ preStop sleeps ─▶ signal ─▶ … exit, or SIGKILL when the grace is over
 */
export function platformStop(platform: ResolvedPlatform, signal: StopSignal): PlatformStop {
  const { graceMs, preStopMs, propagationMs, asPid1, toGroup } = platform;
  return {
    signals: [{ signal, afterMs: preStopMs }],
    graceMs,
    ...(propagationMs === undefined ? {} : { withdrawMedianMs: propagationMs }),
    asPid1,
    toGroup,
  };
}
