import type { ComponentNode } from '../components/component-node.js';
import type { StopMode } from '../contract/modes.js';
import { type PhaseRule, phaseRules } from '../contract/phases.js';
import { hasHook } from './hook-order.js';
import type { StopPlan } from './plan.js';

/** What the end of a phase depends on; instants in milliseconds of the clock. */
export interface PhaseEndInput {
  readonly rule: PhaseRule;
  readonly mode: StopMode;
  readonly plan: StopPlan;
  readonly begunMs: number;
  readonly deadlineMs: number;
  /** The components that are stopped. */
  readonly nodes: readonly ComponentNode[];
}

/** How long hooks of the `exit` phase have once the stop was forced, in milliseconds. */
const forcedExitMs = 250;
/** How long hooks of the `exit` phase have at most, in milliseconds: everything that matters is over by then. */
const longestExitMs = 2_000;
/** How long `refuse` may take in a last-ditch stop, in milliseconds: that one is meant to end fast. */
const lastDitchRefuseMs = 1_000;

/**
 * The instant by which a phase has to be over: the deadline less the reserves of the later phases that have hooks,
 * and of that the phase's share. `release` may go on up to the deadline itself, where the stop climbs to force.
 */
export function resolvePhaseEnd(input: PhaseEndInput): number {
  const { rule, begunMs } = input;
  if (rule.name === 'exit' && input.mode === 'force') return begunMs + forcedExitMs;
  const latestMs = Math.max(begunMs, input.deadlineMs - laterReservesMs(input));
  if (rule.name === 'exit') return Math.min(latestMs, begunMs + longestExitMs);
  if (rule.share === 1) return latestMs;
  const waitMs = rule.name === 'announce' ? input.plan.announceMs : 0;
  const shareMs = Math.max(0, latestMs - begunMs - waitMs) * rule.share;
  const endMs = begunMs + waitMs + shareMs;
  if (rule.name === 'refuse' && input.mode === 'last-ditch')
    return Math.min(endMs, begunMs + lastDitchRefuseMs);
  return endMs;
}

function laterReservesMs({ rule, plan, nodes }: PhaseEndInput): number {
  if (rule.name === 'release') return 0;
  const later = phaseRules.slice(phaseRules.indexOf(rule) + 1);
  return later
    .filter(({ name }) => name === 'exit' || nodes.some((node) => hasHook(node, name)))
    .reduce((total, { name }) => total + (plan.reserveMs[name] ?? 0), 0);
}
