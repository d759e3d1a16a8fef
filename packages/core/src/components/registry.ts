import type { AddOptions, Component, ComponentHandle } from '../contract/component.js';
import type { Tier } from '../contract/tier.js';
import { OptionsError } from '../errors.js';
import { checkAbsent, checkDuration, checkObject, checkOneOf, checkText } from '../options/checks.js';
import type { ComponentNode } from './component-node.js';

/** All components of one lifecycle, in the order they were added. */
export interface Registry {
  readonly nodes: readonly ComponentNode[];
  add(component: Component, options: AddOptions): ComponentNode;
}

const tiers: readonly Tier[] = ['critical', 'standard', 'expendable'];
const addOptionNames: Readonly<Record<keyof AddOptions, true>> = {
  dependsOn: true,
  tier: true,
  budgetMs: true,
};
const hookNames = ['start', 'announce', 'refuse', 'drain', 'persist', 'release', 'exit', 'abort', 'pending'];

/**
 * Creates an empty registry. Since a dependency has to be there before what depends on it, the graph cannot have
 * a cycle.
 */
export function createRegistry(): Registry {
  const nodes: ComponentNode[] = [];
  const byName = new Map<string, ComponentNode>();

  const resolveDependency = (handle: ComponentHandle): ComponentNode => {
    const node = byName.get((handle as ComponentHandle | undefined)?.name ?? '');
    if (node === undefined || node !== handle) {
      throw new OptionsError('dependsOn', "takes what this lifecycle's add() returned", handle);
    }
    return node;
  };

  return {
    nodes,
    add(component, options) {
      checkComponent(component);
      checkObject('options of add()', options);
      checkAbsent(options, addOptionNames);
      if (byName.has(component.name)) {
        throw new OptionsError('name', 'must be unique among the components of a lifecycle', component.name);
      }
      if (options.dependsOn !== undefined && !Array.isArray(options.dependsOn)) {
        throw new OptionsError('dependsOn', 'must be an array', options.dependsOn);
      }
      const dependencies = [...new Set((options.dependsOn ?? []).map(resolveDependency))];
      const node = createNode(nodes.length, component, options, dependencies);
      for (const dependency of dependencies) dependency.dependents.push(node);
      nodes.push(node);
      byName.set(component.name, node);
      return node;
    },
  };
}

function createNode(
  index: number,
  component: Component,
  options: AddOptions,
  dependencies: readonly ComponentNode[],
): ComponentNode {
  let settle!: (error?: Error) => void;
  const started = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  started.catch(() => {}); // whoever awaits the handle hears of it; nobody has to
  const node: ComponentNode = {
    index,
    name: component.name,
    component,
    tier: checkOneOf('tier', tiers, options.tier ?? 'standard'),
    budgetMs: checkDuration('budgetMs', options.budgetMs, 1),
    dependencies,
    dependents: [],
    hooks: [],
    parts: [],
    details: undefined,
    state: component.start === undefined ? 'started' : 'idle',
    pendingAtStop: 0,
    started,
    startSettled: false,
    settleStarted(error) {
      node.startSettled = true;
      settle(error);
    },
  };
  return node;
}

function checkComponent(component: Component): void {
  checkObject('component', component);
  checkText('name', component.name);
  for (const hook of hookNames) {
    const value: unknown = Reflect.get(component, hook);
    if (value !== undefined && typeof value !== 'function') {
      throw new OptionsError(`${component.name}.${hook}`, 'must be a function', value);
    }
  }
}
