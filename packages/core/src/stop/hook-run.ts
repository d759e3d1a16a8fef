import type { StopContext } from '../contract/component.js';
import type { StopMode } from '../contract/modes.js';
import type { HookOutcome } from '../contract/report.js';
import { HookAbortedError } from '../errors.js';
import type { Timer } from '../ports/clock.js';
import { roundMs } from '../report/round-ms.js';
import type { HookPorts, HookTask, RunningHook } from './hook-ports.js';
import { createStopContext } from './stop-context.js';

/** How one call of a hook ended. */
export interface HookResult {
  readonly outcome: HookOutcome;
  readonly durationMs: number;
  /** How long the call itself took before it returned: all that time the event loop stood still. */
  readonly blockedMs: number;
  readonly error?: unknown;
}

/** Whom a hook run belongs to: the phase. */
export interface HookOwner {
  /** The instant by which the phase is over, in milliseconds of the clock. */
  readonly endMs: number;
  /** Called exactly once, maybe while the hook is being called. */
  settled(run: HookRun, result: HookResult): void;
}

/**
 * One call of one hook: it settles once, whatever the hook does. A stop makes thousands of these at once, so it is
 * one object, and what most hooks never ask for is made when it is asked for.
 */
export class HookRun implements RunningHook {
  readonly task: HookTask;
  readonly begunMs: number;
  readonly #ports: HookPorts;
  readonly #owner: HookOwner;
  #controller: AbortController | undefined;
  #abortedBy: HookAbortedError | undefined;
  #timer: Timer | undefined;
  #blockedMs = 0;
  #over = false;

  constructor(task: HookTask, ports: HookPorts, owner: HookOwner) {
    this.task = task;
    this.begunMs = ports.clock.now();
    this.#ports = ports;
    this.#owner = owner;
  }

  get isOver(): boolean {
    return this.#over;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#abortedBy !== undefined) this.#controller.abort(this.#abortedBy);
    return this.#controller.signal;
  }

  get endMs(): number {
    const { limitMs } = this.task;
    return limitMs === undefined ? this.#owner.endMs : Math.min(this.#owner.endMs, this.begunMs + limitMs);
  }

  /** Calls the hook. */
  start(): void {
    const { node, phase } = this.task;
    const { clock, observer } = this.#ports;
    observer.hookCalled(node, phase);
    try {
      const promise = this.#call(createStopContext(this.#ports, this));
      this.#blockedMs = clock.now() - this.begunMs;
      if (isThenable(promise)) this.#follow(promise);
      else this.#end('done');
    } catch (error) {
      this.#blockedMs = clock.now() - this.begunMs;
      this.#end('failed', error ?? new Error('threw nothing'));
    } finally {
      observer.hookReturned();
    }
  }

  /** Ends it without waiting for it; its signal says why. Does nothing once it has ended. */
  abort(by: 'late' | StopMode): void {
    if (this.#over) return;
    this.#abortedBy = new HookAbortedError(this.task.node.name, this.task.phase, by);
    this.#settle(by === 'late' ? 'late' : 'aborted', this.#abortedBy);
    this.#controller?.abort(this.#abortedBy);
  }

  #call(context: StopContext): void | Promise<void> {
    const { node, phase, report } = this.task;
    if (phase !== 'exit') return node.component[phase]?.(context);
    return report === undefined ? undefined : node.component.exit?.(report, context);
  }

  #follow(promise: PromiseLike<void>): void {
    const { limitMs } = this.task;
    if (limitMs !== undefined) {
      this.#timer = this.#ports.clock.setTimer(
        () => this.abort('late'),
        this.endMs - this.#ports.clock.now(),
      );
    }
    Promise.resolve(promise).then(
      () => this.#end('done'),
      (error: unknown) => this.#end('failed', error ?? new Error('rejected with nothing')),
    );
  }

  /** The hook's own code is over, maybe long after it was aborted. */
  #end(outcome: HookOutcome, error?: unknown): void {
    this.#ports.observer.hookEnded(this.task.node, this.task.phase);
    this.#settle(outcome, error);
  }

  #settle(outcome: HookOutcome, error?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    const durationMs = roundMs(this.#ports.clock.now() - this.begunMs);
    const blockedMs = this.#blockedMs;
    const result =
      error === undefined ? { outcome, durationMs, blockedMs } : { outcome, durationMs, blockedMs, error };
    this.#owner.settled(this, result);
  }
}

function isThenable(value: unknown): value is PromiseLike<void> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}
