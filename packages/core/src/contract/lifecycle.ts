import type { AddOptions, Component, ComponentHandle } from './component.js';
import type { StopCoordinator } from './coordinator.js';
import type { LifecycleEvent } from './events.js';
import type { ShutdownReport } from './report.js';
import type { Stoppable } from './stoppable.js';
import type { WorkToken } from './work-token.js';

/** Options of {@link Lifecycle.ready}. */
export interface ReadyOptions {
  /** How long to wait, in milliseconds. @default for ever */
  readonly timeoutMs?: number;
}

/** The life of a service: its components are started, serve, and are stopped once, in order, before one deadline. */
export interface Lifecycle extends Stoppable {
  /** Aborts when the stop begins. */
  readonly signal: AbortSignal;
  /**
   * Adds a component. Before `start()` it waits for it; in a running lifecycle it is started at once; in a
   * stopping one it is stopped at once, with the time that is left.
   * @throws OptionsError for a name that is taken, or a dependency of another lifecycle
   */
  add(component: Component, options?: AddOptions): ComponentHandle;
  /** Starts all components, dependencies first. Rejects with a `StartError` after what was started has been stopped. */
  start(): Promise<void>;
  /** Resolves when all components have started. Rejects with `ReadyTimeoutError` or `NotReadyError`. */
  ready(options?: ReadyOptions): Promise<void>;
  /** Starts, serves, waits for the stop and ends the process (unless `exit` is `false`: then it resolves). */
  run(): Promise<ShutdownReport>;
  /**
   * Takes a token for a piece of work; the drain waits until all are given back.
   * @throws StoppingError once `drain` has ended
   */
  enter(name: string): WorkToken;
  /**
   * Lets somebody outside decide when the steps of the stop may begin. Who leads several lifecycles handles the
   * signals for them, so the lifecycle must have none of its own.
   * @throws OptionsError unless it was created with `signals: false`; when it has a coordinator already, or is stopping
   */
  coordinate(coordinator: StopCoordinator): void;
  /** All events from now on; ends after the report. */
  events(): AsyncIterableIterator<LifecycleEvent>;
}
