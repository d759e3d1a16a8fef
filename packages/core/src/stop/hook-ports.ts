import type { ComponentNode } from '../components/component-node.js';
import type { Phase } from '../contract/phases.js';
import type { ReportedNote, ShutdownReport } from '../contract/report.js';
import type { Emitter } from '../events/emitter.js';
import type { Clock } from '../ports/clock.js';
import type { Ladder } from './ladder.js';
import type { StopDeadline } from './stop-deadline.js';
import type { StopObserver } from './stop-observer.js';
import type { WorkLedger } from './work-account.js';

/** One hook to be called. */
export interface HookTask {
  readonly node: ComponentNode;
  readonly phase: Phase;
  /** How long it may take, in milliseconds; undefined when only the phase's end is a limit. */
  readonly limitMs: number | undefined;
  /** The report, for hooks of the `exit` phase. */
  readonly report: ShutdownReport | undefined;
}

/** A hook while it runs. */
export interface RunningHook {
  readonly task: HookTask;
  /** Says why the hook was aborted, once it was. */
  readonly signal: AbortSignal;
  /** The instant by which the hook is late, in milliseconds of the clock. */
  readonly endMs: number;
}

/** What every hook of a stop is called with. */
export interface HookPorts {
  readonly clock: Clock;
  readonly emitter: Emitter;
  readonly observer: StopObserver;
  readonly ledger: WorkLedger;
  readonly ladder: Ladder;
  readonly reason: string;
  readonly stopDeadline: StopDeadline;
  readonly cut: AbortSignal;
  note(note: ReportedNote): void;
}
