import type { AddOptions, ComponentHandle } from './contract/component.js';
import type { Lifecycle } from './contract/lifecycle.js';
import type { ShutdownReport } from './contract/report.js';

/** Options of {@link RunGroup.add}. */
export interface ActorOptions extends AddOptions {
  /** @default `actor-1`, `actor-2`, … */
  readonly name?: string;
}

/** Which actor ended first, and why. */
export interface FirstActor {
  readonly name: string;
  /** What its `execute` rejected with; absent when it simply ended. */
  readonly error?: unknown;
}

/** How a run group ended. */
export interface RunGroupResult {
  /** The actor that stopped all; absent when the stop came from outside, a signal say. */
  readonly first?: FirstActor;
  /** Why the group stopped. */
  readonly reason: string;
  readonly report: ShutdownReport;
}

/** Actors that live and end together, after oklog/run: the first to end stops all. */
export interface RunGroup {
  /**
   * Adds an actor.
   *
   * @param execute does the actor's work; settles when that has ended. Its signal aborts with `interrupt`.
   * @param interrupt makes `execute` return, soon; called once at most, with the error of the first actor, if any
   */
  add(
    execute: (signal: AbortSignal) => void | Promise<void>,
    interrupt: (error?: unknown) => void,
    options?: ActorOptions,
  ): ComponentHandle;
  /** Starts all actors, waits until all have ended and says who was the first. */
  run(): Promise<RunGroupResult>;
}

/**
 * Creates a group of actors on a lifecycle; they are components of it, beside whatever else was added.
 *
 * ```
 *   execute ── ends or fails ──▶ shutdown ──▶ refuse: interrupt(error) of all ──▶ drain: every execute has settled
 * ```
 */
export function runGroup(lifecycle: Lifecycle): RunGroup {
  let first: FirstActor | undefined;
  let count = 0;

  const ended = (actor: FirstActor): void => {
    if (first !== undefined || lifecycle.signal.aborted) return;
    first = actor;
    const { name, error } = actor;
    if (error === undefined) void lifecycle.shutdown({ reason: `actor:${name} ended` });
    else void lifecycle.shutdown({ reason: `actor:${name} failed`, error });
  };

  return {
    add(execute, interrupt, { name, ...options } = {}) {
      count += 1;
      const actor = createActor(name ?? `actor-${count}`, execute, ended);
      return lifecycle.add(
        {
          name: actor.name,
          start: () => actor.begin(),
          refuse: () => actor.interrupt(() => interrupt(first?.error)),
          drain: () => actor.settled(),
        },
        options,
      );
    },
    async run() {
      const report = await lifecycle.run();
      return { ...(first === undefined ? {} : { first }), reason: report.reason, report };
    },
  };
}

interface Actor {
  readonly name: string;
  begin(): void;
  interrupt(call: () => void): void;
  /** Rejects with what `execute` rejected with after the interrupt, unless that was the interrupt itself. */
  settled(): Promise<void>;
}

function createActor(
  name: string,
  execute: (signal: AbortSignal) => void | Promise<void>,
  ended: (actor: FirstActor) => void,
): Actor {
  const interrupted = new AbortController();
  let execution: Promise<void> = Promise.resolve();
  let isOver = false;
  let lateError: Error | undefined;
  const over = (error?: Error): void => {
    isOver = true;
    const isLate = error !== undefined && interrupted.signal.aborted;
    if (isLate && !isAbortOf(interrupted.signal, error)) lateError = error;
    ended(error === undefined ? { name } : { name, error });
  };
  return {
    name,
    begin() {
      execution = Promise.resolve()
        .then(() => execute(interrupted.signal))
        .then(
          () => over(),
          (error: unknown) => over(toError(error)),
        );
    },
    interrupt(call) {
      if (isOver) return;
      interrupted.abort();
      call();
    },
    async settled() {
      await execution;
      if (lateError !== undefined) throw lateError;
    },
  };
}

/** An actor that ends because it was told to may say so by rejecting with the abort. */
function isAbortOf(signal: AbortSignal, error: Error): boolean {
  return error === signal.reason || error.name === 'AbortError';
}

/** Whatever `execute` rejected with, as an error. */
function toError(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return new Error(`rejected with ${JSON.stringify(reason)}`, { cause: reason });
}
