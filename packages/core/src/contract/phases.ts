import type { Tier } from './tier.js';

/** The six phases of a stop, in the order they run; each over all components before the next begins. */
export type Phase = 'announce' | 'refuse' | 'drain' | 'persist' | 'release' | 'exit';

/** How the hooks of one phase are run. */
export interface PhaseRule {
  readonly name: Phase;
  /** `all-at-once`, or every component only after all that depend on it. */
  readonly order: 'all-at-once' | 'dependents-first';
  /** The tiers in the order they get their turn; the tiers of one row share it. */
  readonly turns: readonly (readonly Tier[])[];
  /**
   * The share of the time left that a hook (or a turn) may use while another one of the same phase waits for it;
   * a whole (1) means that the others wait to the phase's end.
   */
  readonly shareWhileAwaited: number;
  /** The share of the time up to the phase's end that the phase as a whole may use. */
  readonly share: number;
}

const together: readonly (readonly Tier[])[] = [['critical', 'standard', 'expendable']];

/**
 * ```
 *  request                                                                             deadline
 *    │ announce │ refuse │ drain ················│ persist ······│ release ···│ exit      │
 *    └──────────┴────────┴───────────────────────┴───────────────┴────────────┴───────────┘
 *                                      drain's end ▲   reserves: persist, release, exit
 * ```
 *
 * `announce` and `refuse` may use half of what is left up to the drain's end, so that one hook that hangs there
 * cannot take the drain from all the others.
 */
export const phaseRules: readonly PhaseRule[] = [
  { name: 'announce', order: 'all-at-once', turns: together, shareWhileAwaited: 1, share: 0.5 },
  { name: 'refuse', order: 'all-at-once', turns: together, shareWhileAwaited: 1, share: 0.5 },
  {
    name: 'drain',
    order: 'dependents-first',
    turns: [['critical', 'standard'], ['expendable']],
    shareWhileAwaited: 1,
    share: 1,
  },
  {
    name: 'persist',
    order: 'dependents-first',
    turns: [['critical'], ['standard'], ['expendable']],
    shareWhileAwaited: 0.5,
    share: 1,
  },
  { name: 'release', order: 'dependents-first', turns: together, shareWhileAwaited: 0.5, share: 1 },
  { name: 'exit', order: 'all-at-once', turns: together, shareWhileAwaited: 1, share: 1 },
];

/** The rule of one phase. */
export function phaseRule(phase: Phase): PhaseRule {
  const rule = phaseRules.find(({ name }) => name === phase);
  if (rule === undefined) throw new TypeError(`there is no phase "${phase}"`);
  return rule;
}
