import { type ComponentNode, pendingOf } from '../components/component-node.js';
import type { ComponentStatus, LifecycleState, LifecycleStatus, StopStatus } from '../contract/status.js';
import type { ResolvedLifecycleOptions } from '../options/resolve-lifecycle-options.js';
import type { StopRun } from '../stop/stop-run.js';
import type { WorkTokens } from '../work/work-tokens.js';

/** What a status is made of. */
export interface StatusInput {
  readonly options: ResolvedLifecycleOptions;
  readonly state: LifecycleState;
  readonly tokens: WorkTokens;
  readonly nodes: readonly ComponentNode[];
  readonly run: StopRun | undefined;
  readonly previousStop: 'killed' | undefined;
}

/** A lifecycle at this moment, as plain data. */
export function toStatus(input: StatusInput): LifecycleStatus {
  const { options, state, tokens, run, previousStop } = input;
  const components = input.nodes.map(toComponentStatus);
  const pending = components.reduce((total, component) => total + (component.pending ?? 0), 0);
  return {
    name: options.name,
    instance: options.instance,
    pid: process.pid,
    state,
    ready: state === 'running',
    inFlight: tokens.open + pending,
    components,
    ...(run === undefined ? {} : { stop: toStopStatus(run) }),
    ...(previousStop === undefined ? {} : { previousStop }),
  };
}

function toComponentStatus(node: ComponentNode): ComponentStatus {
  const pending = node.component.pending === undefined ? {} : { pending: pendingOf(node) };
  return { name: node.name, tier: node.tier, state: node.state, ...pending };
}

function toStopStatus(run: StopRun): StopStatus {
  const { mode } = run.ladder;
  return { mode, reason: run.order.reason, phase: run.phase, remainingMs: run.deadline.remainingMs() };
}
