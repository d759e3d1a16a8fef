import type { ComponentNode } from '../components/component-node.js';
import type { Phase, PhaseRule } from '../contract/phases.js';

/** In which order the hooks of a phase may be called. Asked by node. */
export interface HookOrder {
  /** The index of the node's turn in the phase's rule. */
  turnOf(node: ComponentNode): number;
  /** Whether a hook of the same phase waits for this one. */
  isAwaited(node: ComponentNode): boolean;
  /** How many of the nodes it waits for have not settled. */
  waitsFor(node: ComponentNode): number;
  /** Takes a settled node off the lists of those that wait for it. */
  settled(node: ComponentNode): void;
}

/**
 * Works out the order of the hooks of one phase.
 *
 * The turn of a node that a more important one must wait for is that one's (priority inheritance), so that turns
 * never contradict the order of dependencies.
 *
 * @param nodes in the order they were added: dependencies before dependents
 */
export function createHookOrder(nodes: readonly ComponentNode[], rule: PhaseRule): HookOrder {
  const size = (nodes.at(-1)?.index ?? -1) + 1;
  const lastTurn = rule.turns.length - 1;
  const isOrdered = rule.order === 'dependents-first';
  // By index of the node. A phase is planned for thousands of nodes at once; maps would be most of its time.
  const turns = new Uint8Array(size).fill(lastTurn);
  const awaited = new Uint8Array(size);
  const hooked = new Uint8Array(size);
  const waiting = new Int32Array(size);
  const taking = new Uint8Array(size);

  for (const node of nodes) {
    const { index, dependencies } = node;
    taking[index] = 1;
    hooked[index] = hasHook(node, rule.name) ? 1 : 0;
    let turn = hooked[index] === 1 ? ownTurn(node, rule) : lastTurn;
    for (const { index: dependency } of isOrdered ? dependencies : []) {
      if (taking[dependency] !== 1) continue; // not live, so it has no hook to wait
      turn = Math.min(turn, turns[dependency] ?? lastTurn);
      if (awaited[dependency] === 1 || hooked[dependency] === 1) awaited[index] = 1;
      waiting[dependency] = (waiting[dependency] ?? 0) + 1;
    }
    turns[index] = turn;
  }

  return {
    turnOf: (node) => turns[node.index] ?? lastTurn,
    isAwaited: (node) => awaited[node.index] === 1,
    waitsFor: (node) => waiting[node.index] ?? 0,
    settled(node) {
      if (!isOrdered) return;
      node.dependencies.forEach(({ index }) => {
        waiting[index] = (waiting[index] ?? 0) - 1;
      });
    },
  };
}

/** Whether a component has a hook for a phase. */
export function hasHook(node: ComponentNode, phase: Phase): boolean {
  return node.component[phase] !== undefined;
}

function ownTurn(node: ComponentNode, rule: PhaseRule): number {
  return rule.turns.findIndex((tiers) => tiers.includes(node.tier));
}
