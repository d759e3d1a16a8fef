import type { ComponentNode } from '../components/component-node.js';
import type { StartContext } from '../contract/component.js';
import { StartError } from '../errors.js';

/** What starting a component needs from the lifecycle. */
export interface StartPorts {
  /** Aborts when a stop begins. */
  readonly signal: AbortSignal;
  /** A component that runs has failed for good. */
  failed(node: ComponentNode, error: unknown): void;
  tell(node: ComponentNode, state: 'starting' | 'started' | 'failed', error?: unknown): void;
}

/**
 * Starts one component as soon as all it depends on have started. Never rejects: how it went is told by the node's
 * state and its `started` promise.
 */
export async function startComponent(node: ComponentNode, ports: StartPorts): Promise<void> {
  try {
    await Promise.all(node.dependencies.map((dependency) => dependency.started));
  } catch (error) {
    skip(
      node,
      new StartError(node.name, 'was not started: what it depends on did not start', { cause: error }),
    );
    return;
  }
  if (node.component.start === undefined) {
    node.settleStarted();
    return;
  }
  if (ports.signal.aborted) {
    skip(node, new StartError(node.name, 'was not started: the stop came first'));
    return;
  }
  await callStart(node, node.component.start.bind(node.component), ports);
}

async function callStart(
  node: ComponentNode,
  start: (context: StartContext) => void | Promise<void>,
  ports: StartPorts,
): Promise<void> {
  node.state = 'starting';
  ports.tell(node, 'starting');
  try {
    await start({ signal: ports.signal, fail: (error) => ports.failed(node, error) });
  } catch (error) {
    node.state = 'failed';
    ports.tell(node, 'failed', error);
    node.settleStarted(new StartError(node.name, 'failed to start', { cause: error }));
    return;
  }
  node.state = 'started';
  ports.tell(node, 'started');
  node.settleStarted();
}

/** The stop is over: whoever still waits for the component to start has waited long enough. */
export function giveUpStart(node: ComponentNode): void {
  if (!node.startSettled)
    node.settleStarted(new StartError(node.name, 'had not started when the stop was over'));
}

/** Marks a component that will never be started. */
export function skip(node: ComponentNode, error: StartError): void {
  // What has no start hook is there all the same, and has to be released.
  if (node.component.start !== undefined) node.state = 'skipped';
  node.settleStarted(error);
}
