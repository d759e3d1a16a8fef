import type { LifecycleEventType, LifecycleListener } from './events.js';
import type { StopMode } from './modes.js';
import type { ShutdownReport } from './report.js';
import type { LifecycleStatus } from './status.js';

/** What a stop is asked for with. All optional. */
export interface ShutdownRequest {
  /** @default 'graceful' */
  readonly mode?: StopMode;
  /** Shown in the report. @default 'requested' */
  readonly reason?: string;
  /**
   * The time from this request to the exit, in milliseconds. A request that joins a running stop can only bring
   * its deadline forward. @default the lifecycle's `timeoutMs`
   */
  readonly timeoutMs?: number;
  /** What made the service fail; the outcome of the stop is then `failed`. @default nothing did */
  readonly error?: unknown;
}

/** Anything that can be stopped and tells about it: a lifecycle in this process, or a supervised one. */
export interface Stoppable {
  readonly name: string;
  status(): LifecycleStatus;
  /**
   * Starts the stop, joins the one that runs, or makes it climb when the mode is stronger. Every caller gets the
   * same report. Rejects only for bad input (an `OptionsError`), and then nothing has been stopped.
   */
  shutdown(request?: ShutdownRequest): Promise<ShutdownReport>;
  /** The report of the one stop, whoever asks for it. */
  readonly stopped: Promise<ShutdownReport>;
  /** Calls `listener` for every event of a type until the returned function is called. */
  on<Type extends LifecycleEventType>(type: Type, listener: LifecycleListener<Type>): () => void;
}
