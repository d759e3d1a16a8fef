import type { Component, LameDuckPace, Progress, StopContext, WorkAccount } from '../contract/component.js';
import { createDeadline } from '../contract/deadline.js';
import type { StopMode } from '../contract/modes.js';
import type { Phase } from '../contract/phases.js';
import type { ComponentDetails, CutWork, PartReport, StopNote } from '../contract/report.js';
import { HookAbortedError } from '../errors.js';
import { type Clock, systemClock } from '../ports/clock.js';

/** Options of {@link createManualStop}. All optional. */
export interface ManualStopOptions {
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** @default 'graceful' */
  readonly mode?: StopMode;
  /** How long the stop may take, in milliseconds. @default 30_000 */
  readonly timeoutMs?: number;
  /** Set for the mode `lame-duck`. @default none */
  readonly lameDuck?: LameDuckPace;
}

/** The phases whose hooks a component has, in their order. */
export type HookPhase = Exclude<Phase, 'exit'>;

/** A stop of one component that a test drives, hook by hook. */
export interface ManualStop {
  /** Calls one hook of a component, if it has it. */
  call(component: Component, phase: HookPhase): Promise<void>;
  /** Aborts the hook that was called for a phase, as a stop does when the hook is late. */
  abort(phase: HookPhase): void;
  /** Aborts the signal `cut` that all hooks have. */
  cut(): void;
  /** What the component said of its work so far: how much ended by itself, and what was cut. */
  readonly completed: number;
  readonly cutWork: readonly CutWork[];
  readonly parts: readonly PartReport[];
  readonly notes: readonly StopNote[];
  readonly progress: readonly Progress[];
  readonly details: ComponentDetails;
}

/** Creates a stop in which nothing has been called. */
export function createManualStop(options: ManualStopOptions = {}): ManualStop {
  const { clock = systemClock, mode = 'graceful', timeoutMs = 30_000, lameDuck } = options;
  const endMs = clock.now() + timeoutMs;
  const deadline = createDeadline(clock, () => endMs);
  const cut = new AbortController();
  const hooks = new Map<HookPhase, { readonly component: string; readonly controller: AbortController }>();
  const accounts: WorkAccount[] = [];
  const parts: PartReport[] = [];
  const notes: StopNote[] = [];
  const progress: Progress[] = [];
  const details: Record<string, unknown> = {};

  const createContext = (phase: HookPhase, signal: AbortSignal): StopContext => ({
    phase,
    mode,
    reason: 'test',
    deadline,
    stopDeadline: deadline,
    signal,
    cut: cut.signal,
    ...(lameDuck === undefined ? {} : { lameDuck }),
    progress: (detail) => progress.push(detail),
    account: (work) => accounts.push(work),
    part: (report) => parts.push(report),
    partStep: () => {},
    note: (note) => notes.push(note),
    detail: (more) => Object.assign(details, more),
  });
  return {
    async call(component, phase) {
      const controller = new AbortController();
      hooks.set(phase, { component: component.name, controller });
      await component[phase]?.(createContext(phase, controller.signal));
    },
    abort(phase) {
      const hook = hooks.get(phase);
      hook?.controller.abort(new HookAbortedError(hook.component, phase, 'late'));
    },
    cut: () => cut.abort(),
    get completed() {
      return accounts.reduce((total, { completed = 0 }) => total + completed, 0);
    },
    get cutWork() {
      return accounts.flatMap((account) => account.cut ?? []);
    },
    parts,
    notes,
    progress,
    details,
  };
}
