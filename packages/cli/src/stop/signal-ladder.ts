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
  graceful: { before: [terminate], notes: [] },
  'lame-duck': {
    before: [terminate],
    notes: ['no signal means lame-duck to every program; the stop is graceful'],
  },
  'last-ditch': { before: [terminate, again], notes: [] },
  ldm: {
    before: [terminate, again],
    notes: ['what ldm means to this program is not known here; it is taken for last-ditch'],
  },
  force: { before: [], notes: [] },
};

/** SIGKILL comes so long before the deadline that the process can be gone by then: a tenth of the time, 2 s at most. */
const killShare = 0.1;
const longestKillMs = 2_000;

/** The signals of a stop, in order; the last one always is SIGKILL. */
export function resolveRungs(
  mode: AskedMode | undefined,
  timeoutMs: number,
): { readonly rungs: readonly Rung[]; readonly notes: readonly string[] } {
  const { before, notes } = ladders[mode ?? 'graceful'];
  const killAtMs = before.length === 0 ? 0 : timeoutMs - Math.min(longestKillMs, timeoutMs * killShare);
  const rungs = before.filter(({ atMs }) => atMs < killAtMs);
  return { rungs: [...rungs, { signal: 'SIGKILL', atMs: killAtMs }], notes };
}

/** The mode that the signals that were sent come to. */
export function modeOf(sent: readonly { readonly signal: NodeJS.Signals }[]): StopMode {
  if (sent.at(-1)?.signal === 'SIGKILL') return 'force';
  return sent.length > 1 ? 'last-ditch' : 'graceful';
}
