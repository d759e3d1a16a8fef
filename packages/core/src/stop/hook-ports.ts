import type { Clock } from '../clock.js';
import type { Emitter } from '../lifecycle/emitter.js';
import type { ReportedNote } from '../report/report.js';
import type { Ladder } from './ladder.js';
import type { StopDeadline } from './stop-deadline.js';
import type { StopObserver } from './stop-observer.js';
import type { WorkLedger } from './work-account.js';

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
