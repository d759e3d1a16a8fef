import type { Component, ComponentHandle } from '../contract/component.js';
import type { ComponentDetails, HookReport, PartReport } from '../contract/report.js';
import type { ComponentState } from '../contract/status.js';
import type { Tier } from '../contract/tier.js';

/** A component's place in the graph, and what has become of it. */
export interface ComponentNode extends ComponentHandle {
  /** The order of adding. A dependency always has a smaller index than what depends on it. */
  readonly index: number;
  readonly component: Component;
  readonly tier: Tier;
  readonly budgetMs: number | undefined;
  readonly dependencies: readonly ComponentNode[];
  readonly dependents: ComponentNode[];
  readonly hooks: HookReport[];
  readonly parts: PartReport[];
  /** What it says of itself; undefined when it says nothing. */
  details: ComponentDetails | undefined;
  state: ComponentState;
  /** What it had in flight when the stop was asked for. */
  pendingAtStop: number;
  /** Whether the promise `started` has settled. */
  startSettled: boolean;
  settleStarted(error?: Error): void;
}

/** What a component has in flight now; 0 when it cannot tell, or its `pending` throws or gives no number. */
export function pendingOf(node: ComponentNode): number {
  try {
    const pending: unknown = node.component.pending?.();
    return typeof pending === 'number' && pending > 0 ? pending : 0;
  } catch {
    return 0;
  }
}

/** Whether the hooks of a stop concern the component: it was started, and not merely meant to be. */
export function isLive(node: ComponentNode): boolean {
  return node.state === 'started' || node.state === 'stopping';
}
