import type { Tally } from '../account/tally.js';
import type { ClauseOutcome } from '../clauses/clause.js';
import type { RunEvidence } from '../run/run-evidence.js';

/** One clause's outcome. */
export interface ClauseVerdict {
  readonly id: string;
  readonly title: string;
  readonly outcome: ClauseOutcome;
  readonly reason: string;
  /** What to do, where it failed. */
  readonly advice?: string;
  /** Its page in `docs/verify/`. */
  readonly page: string;
  readonly judgedRuns: number;
  readonly failedRuns: readonly number[];
}

/** What one judging came to, as plain data. Its JSON Schema is `@quiesce/verify/schema/verify-report.schema.json`. */
export interface VerifyReport {
  readonly schema: 'quiesce.verify/1';
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Empty where the server was not ours to start. */
  readonly command: readonly string[];
  readonly seed: string;
  readonly passed: boolean;
  readonly settings: {
    readonly runs: number;
    readonly signal: string;
    readonly deadlineMs: number;
    readonly endWithinMs: number;
    readonly announceMs?: number;
    readonly expectExit: number | string;
    readonly ready?: string;
    readonly live?: string;
    readonly servedLog?: string;
    /** A server that was not ours, and what stopped it; without a command that was done by hand. */
    readonly url?: string;
    readonly stopCommand?: string;
  };
  readonly machine: { readonly node: string; readonly platform: string; readonly cpus: number };
  readonly server: {
    readonly url: string;
    readonly startMs: number;
    readonly requests: readonly string[];
    readonly http2: boolean;
    /** How it ends with nothing connected; absent where it was not ours to stop. */
    readonly idleStop?: { readonly tookMs: number; readonly exit: string };
  };
  readonly clauses: readonly ClauseVerdict[];
  /** The sums over all runs. */
  readonly account: Tally;
  /** What the statement that a handler ran rests on. */
  readonly handlerEvidence: 'server-log' | 'response-header' | 'response-body' | 'protocol';
  readonly runs: readonly RunEvidence[];
  /** Runs that were planned and not played, and why. */
  readonly skipped: readonly { readonly index: number; readonly scenario: string; readonly reason: string }[];
  /** What a reader must know, such as a client that was the bottleneck. */
  readonly notes: readonly string[];
}

/** What was judged, in a line: the command, or the address of a server that is not ours. */
export function judgedOf({ command, settings }: VerifyReport): string {
  return settings.url ?? command.join(' ');
}
