import type { RunEvidence } from '../run/run-evidence.js';
import {
  type Clause,
  type Evidence,
  formatMs,
  type Judgement,
  judgeRuns,
  neverEnds,
  notApplicable,
  plural,
  runsOf,
} from './clause.js';

/** What the platform is owed: an end, in time, whatever is connected. */
export const endingClauses: readonly Clause[] = [
  {
    id: 'Q09',
    title: 'ends soon after the last answer',
    advice:
      'End when the last request has ended; do not sleep for a fixed time, and close what keeps the process alive.',
    page: 'q09-ends-soon-after-the-last-answer.md',
    needsProcess: true,
    judge: judgeSoonAfter,
  },
  {
    id: 'Q10',
    title: 'ends before the deadline',
    advice:
      "Give the whole stop one deadline that is shorter than the platform's, and keep-alive connections their end.",
    page: 'q10-ends-before-the-deadline.md',
    needsProcess: true,
    judge: judgeDeadline,
  },
  {
    id: 'Q11',
    title: 'a request without end is cut, not waited for until SIGKILL',
    advice:
      'Give the drain an end: when it is reached, cut what is left and exit, before the platform kills you.',
    page: 'q11-a-request-without-end-is-cut.md',
    needsProcess: true,
    judge: judgeStuck,
  },
  {
    id: 'Q12',
    title: 'idle, silent and half-open connections do not hold it',
    advice:
      'Close connections that carry no complete request; server.close() alone waits for some of them for ever.',
    page: 'q12-held-connections-do-not-hold-it.md',
    needsProcess: true,
    judge: judgeHolders,
  },
];

function judgeSoonAfter(evidence: Evidence): Judgement {
  const { endWithinMs } = evidence.options;
  const runs = runsOf(evidence, 'stop').filter(({ exit }) => !exit.killed);
  if (runs.length === 0) return notApplicable('no stop under load ended by itself (Q10)');
  const lingerMs = (run: RunEvidence): number =>
    // The client may read the last answer out of the kernel when the process has ended already.
    Math.max(0, run.exit.afterMs - Math.max(0, run.lastAnswerMs ?? 0));
  return judgeRuns(
    runs,
    (run) =>
      lingerMs(run) <= endWithinMs
        ? undefined
        : `it ended ${formatMs(lingerMs(run))} after the last answer (allowed: ${formatMs(endWithinMs)})`,
    (all) => `at most ${formatMs(Math.max(...all.map(lingerMs)))} after the last answer`,
  );
}

function judgeDeadline(evidence: Evidence): Judgement {
  const { deadlineMs } = evidence.options;
  if (neverEnds(evidence)) {
    return {
      outcome: 'fail',
      reason: `with nothing connected it had not ended ${formatMs(deadlineMs)} after the signal`,
      judgedRuns: 0,
      failedRuns: [],
    };
  }
  return judgeRuns(
    runsOf(evidence, 'stop'),
    ({ exit }) => (exit.killed ? `it had not ended ${formatMs(deadlineMs)} after the signal` : undefined),
    (all) =>
      `${formatMs(Math.min(...all.map(({ exit }) => exit.afterMs)))} to ` +
      `${formatMs(Math.max(...all.map(({ exit }) => exit.afterMs)))} after the signal, in ${plural(all.length, 'stop')}`,
  );
}

function judgeStuck(evidence: Evidence): Judgement {
  if (neverEnds(evidence)) return notApplicable('it never ends, whatever is connected (Q10)');
  const runs = runsOf(evidence, 'stuck');
  if (runs.length === 0)
    return notApplicable('no request could be held in flight, or there were too few runs');
  return judgeRuns(
    runs,
    ({ exit }) =>
      exit.killed
        ? `three requests without end held it for ${formatMs(evidence.options.deadlineMs)}`
        : undefined,
    (all) => `it ended ${formatMs(Math.max(...all.map(({ exit }) => exit.afterMs)))} after the signal`,
  );
}

function judgeHolders(evidence: Evidence): Judgement {
  if (neverEnds(evidence)) return notApplicable('it never ends, whatever is connected (Q10)');
  const runs = runsOf(evidence, 'holders');
  if (runs.length === 0) return notApplicable('there were too few runs to play it');
  const idleTookMs = evidence.baseline.idleStop?.tookMs ?? 0;
  const allowedMs = idleTookMs + evidence.options.endWithinMs;
  return judgeRuns(
    runs,
    (run) => {
      if (run.exit.afterMs <= allowedMs) return undefined;
      const last = run.held.filter(({ closedUs }) => closedUs === undefined || run.exit.killed);
      const kinds = [...new Set((last.length > 0 ? last : run.held).map(({ kind }) => kind))].join(', ');
      return `${kinds} connections held it for ${formatMs(run.exit.afterMs)} (with nothing connected: ${formatMs(idleTookMs)})`;
    },
    (all) => `it ended ${formatMs(Math.max(...all.map(({ exit }) => exit.afterMs)))} after the signal`,
  );
}
