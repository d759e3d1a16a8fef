import type { StopMode } from '@quiesce/core';
import type { AskedMode } from './stop-options.js';

/** A signal and when it is sent, in milliseconds from the begin of the stop. */
export interface Rung {
  readonly signal: NodeJS.Signals;
  readonly atMs: number;
}

/** The ladder of one mode. */
interface SignalLadder {
  readonly before: readonly Rung[];
  /** What it comes to. */
  readonly reached: StopMode;
  /** What signals cannot do. */
  readonly notes: readonly string[];
}

/** Past the 500 ms in which Quiesce, and others, take signals for one press of Ctrl-C. */
const secondPressMs = 600;
const terminate: Rung = { signal: 'SIGTERM', atMs: 0 };
const again: Rung = { signal: 'SIGTERM', atMs: secondPressMs };

/**
 * ```
 *   graceful     SIGTERM ───────────────────────▶ SIGKILL
 *   last-ditch   SIGTERM ─▶ SIGTERM (600 ms) ───▶ SIGKILL        a second one means "faster" to most programs
 *   force        SIGKILL
 * ```
 */
const ladders: Readonly<Record<AskedMode, SignalLadder>> = {
  graceful: { before: [terminate], reached: 'graceful', notes: [] },
  'lame-duck': {
    before: [terminate],
    reached: 'graceful',
    notes: ['no signal means lame-duck to every program; the stop is graceful'],
  },
  'last-ditch': { before: [terminate, again], reached: 'last-ditch', notes: [] },
  ldm: {
    before: [terminate, again],
    reached: 'last-ditch',
    notes: ['what ldm means to this program is not known here; it is taken for last-ditch'],
  },
  force: { before: [], reached: 'force', notes: [] },
};

/** SIGKILL comes so long before the deadline that the process can be gone by then: a tenth of the time, 2 s at most. */
const killShare = 0.1;
const longestKillMs = 2_000;

/** The signals of a stop, in order; the last one always is SIGKILL. */
export function resolveRungs(
  mode: AskedMode | undefined,
  timeoutMs: number,
): { readonly rungs: readonly Rung[]; readonly reached: StopMode; readonly notes: readonly string[] } {
  const { before, reached, notes } = ladders[mode ?? 'graceful'];
  const killAtMs = before.length === 0 ? 0 : timeoutMs - Math.min(longestKillMs, timeoutMs * killShare);
  const rungs = before.filter(({ atMs }) => atMs < killAtMs);
  return { rungs: [...rungs, { signal: 'SIGKILL', atMs: killAtMs }], reached, notes };
}
