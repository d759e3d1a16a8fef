import type { ComponentNode } from '../lifecycle/component-node.js';
import type { Phase, PhaseRule } from './phases.js';

/** When a node's hook may be called, and what it has to leave for others. */
export interface HookOrder {
  /** The index of its turn in the phase's rule. */
  readonly turn: number;
  /** Whether a hook of the same phase waits for this one. */
  readonly awaited: boolean;
}

/**
 * Works out the turn of every node. A node that a more important one must wait for takes over that one's turn
 * (priority inheritance), so that turns never contradict the order of dependencies.
 *
 * @param nodes in the order they were added: dependencies before dependents
 */
export function resolveTurns(
  nodes: readonly ComponentNode[],
  rule: PhaseRule,
): ReadonlyMap<ComponentNode, HookOrder> {
  const lastTurn = rule.turns.length - 1;
  const orders = new Map<ComponentNode, HookOrder>();
  for (const node of nodes) {
    let turn = hasHook(node, rule.name) ? ownTurn(node, rule) : lastTurn;
    let awaited = false;
    for (const dependency of node.dependencies) {
      const order = orders.get(dependency);
      if (order === undefined) continue; // not live, so it has no hook to wait
      turn = Math.min(turn, order.turn);
      awaited ||= order.awaited || hasHook(dependency, rule.name);
    }
    orders.set(node, { turn, awaited });
  }
  return orders;
}

/** Whether a component has a hook for a phase. */
export function hasHook(node: ComponentNode, phase: Phase): boolean {
  return node.component[phase] !== undefined;
}

function ownTurn(node: ComponentNode, rule: PhaseRule): number {
  return rule.turns.findIndex((tiers) => tiers.includes(node.tier));
}
