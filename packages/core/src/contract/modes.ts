import type { Phase } from './phases.js';

/** How a stop is done; see `docs/phases.md`. */
export type StopMode = 'lame-duck' | 'graceful' | 'last-ditch' | 'force';

/** What a mode does, and where it stands on the ladder. */
export interface ModeRule {
  /** A request changes a running stop only when its mode is stronger than the one in force. */
  readonly strength: number;
  /** The phases that run; the others are passed over. */
  readonly phases: readonly [Phase, ...Phase[]];
  /** The mode that a further stop signal climbs to. */
  readonly next: StopMode | undefined;
  /** What that further signal does, in words for the person at the terminal. */
  readonly nextInWords: string;
}

const everyPhase: readonly [Phase, ...Phase[]] = [
  'announce',
  'refuse',
  'drain',
  'persist',
  'release',
  'exit',
];
const toLastDitch = 'cuts the work in flight, saves what must be saved and ends (last-ditch)';

/**
 * ```
 *   lame-duck ──▶ graceful ──▶ last-ditch ──▶ force        asked for by a request: any arrow, forwards only
 *       └────────────┴─ signal ─▶    └─ signal ─▶          drain's end → last-ditch, deadline → force
 * ```
 */
export const modeRules: Readonly<Record<StopMode, ModeRule>> = {
  'lame-duck': { strength: 0, phases: everyPhase, next: 'last-ditch', nextInWords: toLastDitch },
  graceful: { strength: 1, phases: everyPhase, next: 'last-ditch', nextInWords: toLastDitch },
  'last-ditch': {
    strength: 2,
    phases: ['refuse', 'persist', 'release', 'exit'],
    next: 'force',
    nextInWords: 'ends the process at once (force)',
  },
  force: { strength: 3, phases: ['exit'], next: undefined, nextInWords: 'changes nothing any more' },
};

/** Whether a value names a mode. */
export function isStopMode(value: unknown): value is StopMode {
  return typeof value === 'string' && Object.hasOwn(modeRules, value);
}

/** Negative when `a` is weaker than `b`, 0 when they are the same, positive when `a` is stronger. */
export function compareModes(a: StopMode, b: StopMode): number {
  return modeRules[a].strength - modeRules[b].strength;
}
