import type { ComponentNode } from '../components/component-node.js';
import type { Emitter } from '../events/emitter.js';
import { toReportedError } from '../report/reported-error.js';
import { startComponent } from './start-component.js';

/** Starts components and knows which are starting. */
export interface Starter {
  start(node: ComponentNode): void;
  /** Settles when nothing that is starting now is starting any more. */
  settled(): Promise<unknown>;
  /** The names of those that are starting, or wait to be. */
  readonly startingNames: readonly string[];
}

/** Whom a starter tells. */
export interface StarterPorts {
  readonly emitter: Emitter;
  readonly signal: AbortSignal;
  started(node: ComponentNode): void;
  failed(node: ComponentNode, error: unknown): void;
  /** A component that had started says that it has failed for good. */
  failedLater(node: ComponentNode, error: unknown): void;
}

/** Creates a starter. */
export function createStarter(ports: StarterPorts): Starter {
  const { emitter, signal } = ports;
  const starting = new Map<ComponentNode, Promise<void>>();
  const tell = (node: ComponentNode, state: 'starting' | 'started' | 'failed', error?: unknown): void => {
    const detail = error === undefined ? {} : { error: toReportedError(error) };
    emitter.emit('component', { component: node.name, state, ...detail });
    if (state === 'started') ports.started(node);
    if (state === 'failed') ports.failed(node, error);
  };
  return {
    start(node) {
      starting.set(
        node,
        startComponent(node, { signal, tell, failed: ports.failedLater }).finally(() =>
          starting.delete(node),
        ),
      );
    },
    async settled() {
      while (starting.size > 0) await Promise.all(starting.values());
    },
    get startingNames() {
      return [...starting.keys()].map((node) => node.name);
    },
  };
}
