import type { RunAccount } from '../account/account.js';
import type { ClientHealth, HeldObservation } from '../load/assignment.js';
import type { ScenarioId } from '../plan/scenario-ids.js';

/** A process that outlived the server's main process. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** What became of acknowledged writes after a restart. */
export interface DurableEvidence {
  readonly acknowledged: number;
  readonly asked: number;
  readonly missing: readonly string[];
  readonly restarted: boolean;
}

/** How the main process ended. Durations in milliseconds from the first stop signal. */
export interface ExitEvidence {
  readonly code: number | null;
  readonly signal: string | null;
  readonly afterMs: number;
  /** It had not ended at the deadline, and was ended by the judge's SIGKILL. */
  readonly killed: boolean;
  /** Of a server that is not ours, only whether it still takes connections can be seen. */
  readonly seen?: 'gone' | 'still there';
}

/** Everything that was seen of one run. Verdicts are drawn from this and from nothing else. */
export interface RunEvidence {
  readonly index: number;
  readonly scenario: ScenarioId;
  readonly title: string;
  readonly seed: string;
  /** The moment of the stop as it was planned, in milliseconds. */
  readonly plannedStopMs: number;
  /** Signals that were delivered, with their distance from when the first was taken. */
  readonly signals: readonly { readonly signal: string; readonly atMs: number }[];
  /** From the start of the process to ready; undefined where that was not waited for. */
  readonly startMs: number | undefined;
  /** Whether the stop came when the server was ready. Only `early` runs may have false here. */
  readonly established: boolean;
  readonly exit: ExitEvidence;
  /** Undefined in runs without load. */
  readonly account: RunAccount | undefined;
  /** The instants of the account, in milliseconds from the signal. */
  readonly lastAnswerMs: number | undefined;
  readonly firstRefusedMs: number | undefined;
  readonly firstTurnedAwayMs: number | undefined;
  readonly firstDroppedMs: number | undefined;
  readonly firstRedMs: number | undefined;
  /** When the last readiness probe was sent that was still answered as before the stop. */
  readonly lastGreenMs: number | undefined;
  readonly held: readonly HeldObservation[];
  /** HTTP/2 sessions that the server ended: with GOAWAY, and without. */
  readonly goaway: { readonly received: number; readonly endedWithout: number };
  readonly connections: readonly (readonly [ms: number, open: number])[];
  readonly leftovers: readonly Leftover[];
  /** Ports that a successor could not have at once. */
  readonly busyPorts: readonly number[];
  readonly durable: DurableEvidence | undefined;
  readonly clients: readonly ClientHealth[];
  readonly output: string;
}
