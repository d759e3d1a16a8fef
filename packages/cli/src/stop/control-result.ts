import type { ControlStatus } from '@quiesce/control/client';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';
import type { Conversation } from './follow-stop.js';
import type { StopOrder } from './stop-options.js';
import { findingExitCodes, type StopFinding, type StopResult, unknownWithoutReport } from './stop-result.js';

/** All that is known when the waiting is over. */
interface ControlFacts {
  readonly status: ControlStatus;
  readonly order: StopOrder;
  /** Undefined: nobody waited. */
  readonly talk: Conversation | undefined;
  /** Undefined: cannot be seen from here. */
  readonly gone: boolean | undefined;
  readonly startedAt: string;
  readonly durationMs: number;
}

/**
 * Puts the result of a stop over a control endpoint together.
 * @throws CommandError when the service was gone before it could be asked
 */
export function createResult(facts: ControlFacts): StopResult {
  const { status, order, talk, gone, startedAt, durationMs } = facts;
  const outcome = resolveFinding(facts);
  const report = talk?.report;
  return {
    schema: 'quiesce.stop/1',
    outcome,
    message: describe(outcome, facts),
    exitCode: findingExitCodes[outcome],
    via: 'control',
    service: status.name,
    pid: status.pid,
    mode: {
      requested: report?.mode.requested ?? order.mode ?? null,
      reached: report?.mode.reached ?? status.stop?.mode ?? null,
    },
    startedAt,
    durationMs,
    timeoutMs: report?.timeoutMs ?? order.timeoutMs ?? null,
    gone: gone ?? null,
    report: report ?? null,
    signals: [],
    notes: talk?.notes ?? [],
    unknown: report === undefined ? unknownWithoutReport : [],
  };
}

function resolveFinding({ status, talk, gone }: ControlFacts): StopFinding {
  if (talk === undefined) return 'begun';
  if (gone === false) return 'running';
  if (talk.report !== undefined) return talk.report.outcome;
  if (talk.end === 'lost' && !talk.hasBegun) {
    const message = `${inWords(status)} was gone before it could be asked; how it ended is not known`;
    throw new CommandError(message, exitCodes.notFound);
  }
  // Nobody can see a process across the wall of a container: only the connection has told.
  return talk.end === 'lost' || gone === true ? 'killed' : 'running';
}

function describe(outcome: StopFinding, facts: ControlFacts): string {
  const who = inWords(facts.status);
  switch (outcome) {
    case 'begun':
      return `${who} is stopping; nobody waits for it`;
    case 'running':
      return describeRunning(who, facts);
    case 'killed':
      return `${who} was killed, or crashed, before its stop was over: what it had in flight is lost, as far as anybody knows here. See its log, and that of the kernel`;
    default: {
      const unseen = facts.gone === undefined ? '; whether its process is gone cannot be seen from here' : '';
      const exit = facts.talk?.report?.exit.code;
      return `${who} has stopped: ${outcome}, in ${formatDuration(facts.durationMs)}, exit code ${exit}${unseen}`;
    }
  }
}

function describeRunning(who: string, { talk }: ControlFacts): string {
  if (talk?.end === 'interrupted') {
    return talk.hasBegun
      ? `no longer waiting: the stop of ${who} goes on`
      : `no longer waiting: ${who} was asked to stop, and had not answered yet`;
  }
  if (talk?.end === 'overdue')
    return `${who} is past its deadline, and still there; --mode force, or --pid, ends it`;
  if (talk?.end === 'lost') return `${who} has cut the connection, and its process is still there`;
  return `${who} says that it has stopped (${talk?.report?.outcome}), but its process is still there: it may not end itself (exit: false), or something keeps it`;
}

function inWords({ name, pid }: ControlStatus): string {
  return `${printable(name)} (pid ${pid})`;
}
