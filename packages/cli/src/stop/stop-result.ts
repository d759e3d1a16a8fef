import type { ShutdownReport, StopMode } from '@quiesce/core';
import { type ExitCode, exitCodes } from '../command/exit-codes.js';

/**
 * How a stop went, as far as it is known here. The first four are what the service itself says. `ended`: it went in
 * time after a signal, and how it went nobody told. `killed`: it died before its stop was over. `running`: it is
 * still there. `begun`: nobody waited for it.
 */
export type StopFinding =
  | 'clean'
  | 'incomplete'
  | 'forced'
  | 'failed'
  | 'ended'
  | 'killed'
  | 'running'
  | 'begun';

/** A signal that was sent. */
export interface SentSignal {
  readonly signal: NodeJS.Signals;
  /** Milliseconds since the stop was asked for. */
  readonly atMs: number;
}

/** What `quiesce stop --json` prints. What is not known is `null`, and named in `unknown`. */
export interface StopResult {
  readonly schema: 'quiesce.stop/1';
  readonly outcome: StopFinding;
  /** One sentence for a person. */
  readonly message: string;
  /** Of this command. */
  readonly exitCode: ExitCode;
  /** How it was stopped. */
  readonly via: 'control' | 'signals';
  readonly service: string | null;
  readonly pid: number | null;
  readonly mode: { readonly requested: StopMode | 'ldm' | null; readonly reached: StopMode | null };
  /** When it was asked for, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** From the request to the end of the process, or of the waiting. */
  readonly durationMs: number;
  readonly timeoutMs: number | null;
  /** Whether the process is gone; `null` when it cannot be seen from here, as across the wall of a container. */
  readonly gone: boolean | null;
  /** What the service says of its stop; `null` when it said nothing. */
  readonly report: ShutdownReport | null;
  readonly signals: readonly SentSignal[];
  readonly notes: readonly string[];
  /** What nobody can know here, by the name it would have in a report. */
  readonly unknown: readonly string[];
}

/** The exit code of each finding. */
export const findingExitCodes: Readonly<Record<StopFinding, ExitCode>> = {
  clean: exitCodes.clean,
  ended: exitCodes.clean,
  begun: exitCodes.clean,
  failed: exitCodes.failed,
  forced: exitCodes.forced,
  killed: exitCodes.forced,
  incomplete: exitCodes.incomplete,
  running: exitCodes.stillRunning,
};

/** What a stop without a report cannot tell of the process. */
export const unknownWithoutReport: readonly string[] = ['exit', 'phases', 'components', 'work'];
