import { pipelineDepth } from '../plan/scenarios.js';
import type { RunEvidence } from '../run/run-evidence.js';
import {
  type Clause,
  type Evidence,
  formatExit,
  formatMs,
  type Judgement,
  judgeRuns,
  neverEnds,
  notApplicable,
  plural,
  runsOf,
} from './clause.js';

/** What operators are owed: every stop signal works, twice is not worse than once, and the exit code is true. */
export const signalClauses: readonly Clause[] = [
  {
    id: 'Q13',
    title: 'SIGTERM and SIGINT both work, and alike',
    advice: 'Handle both signals with the same function.',
    page: 'q13-both-signals-work.md',
    needsProcess: true,
    judge: judgeOtherSignal,
  },
  {
    id: 'Q14',
    title: 'a duplicate signal within 5 ms changes nothing',
    advice:
      'Ignore repeats of a signal for half a second: process groups and wrappers deliver one press twice.',
    page: 'q14-a-duplicate-signal-changes-nothing.md',
    needsProcess: true,
    judge: judgeDuplicate,
  },
  {
    id: 'Q15',
    title: 'a second signal is ignored or climbs, but never kills silently',
    advice:
      'If a second signal ends the drain, say so by the exit code; never remove your handler after the first.',
    page: 'q15-a-second-signal-never-kills-silently.md',
    needsProcess: true,
    judge: judgeSecond,
  },
  {
    id: 'Q16',
    title: 'the exit code is as stated',
    advice: 'Exit with the stated code after a graceful stop (or state another with --expect-exit).',
    page: 'q16-the-exit-code-is-as-stated.md',
    needsProcess: true,
    judge: judgeExitCode,
  },
  {
    id: 'Q17',
    title: 'it can be stopped while it starts',
    advice:
      'Register the signal handlers before anything slow, and let the start notice that it has been stopped.',
    page: 'q17-it-can-be-stopped-while-it-starts.md',
    needsProcess: true,
    judge: judgeEarly,
  },
];

/** Requests that went wrong in a way that a stop may not cause. */
export function harmOf({ account }: RunEvidence): number {
  if (account === undefined) return 0;
  return account.offences.lost + account.offences['reset-reused'] + account.offences['reset-new'];
}

/**
 * Whether a run did clearly more harm than any ordinary stop; that an ordinary stop does harm is for Q01 to Q03. A server
 * that resets connections in ordinary stops does so by chance, now one and now all that an unlucky moment catches: only
 * many more than that are held against this run.
 */
function isWorseThanStops(evidence: Evidence, run: RunEvidence): boolean {
  const ordinary = Math.max(0, ...runsOf(evidence, 'stop').map(harmOf));
  return ordinary === 0 ? harmOf(run) > 0 : harmOf(run) > chanceFactor * ordinary + atOnce(evidence);
}

const chanceFactor = 3;
/** As many requests as all clients have under way at one moment. */
function atOnce({ options: { load } }: Evidence): number {
  return load.connections + load.pipelined * pipelineDepth + load.uploads + load.downloads + load.http2;
}

function judgeOtherSignal(evidence: Evidence): Judgement {
  if (neverEnds(evidence)) return notApplicable('it never ends, whatever is connected (Q10)');
  const runs = runsOf(evidence, 'other-signal');
  if (runs.length === 0) {
    const { signal } = evidence.options;
    const own = signal !== 'SIGTERM' && signal !== 'SIGINT';
    return notApplicable(own ? `it is stopped by ${signal}` : 'there were too few runs to play it');
  }
  const stopsEnd = runsOf(evidence, 'stop').some(({ exit }) => !exit.killed);
  return judgeRuns(
    runs,
    (run) => {
      const signal = run.signals[0]?.signal ?? 'the other signal';
      if (run.exit.killed && stopsEnd) return `${signal} did not end it`;
      if (!isWorseThanStops(evidence, run)) return undefined;
      return `${signal} harmed ${plural(harmOf(run), 'request')}, ${evidence.options.signal} does not (${formatExit(run)})`;
    },
    (all) => `${all[0]?.signals[0]?.signal ?? 'the other signal'} does what ${evidence.options.signal} does`,
  );
}

/** A judge that was kept from its processor delivers late; what comes later than this is another press. */
const duplicateWithinMs = 10;

function judgeDuplicate(evidence: Evidence): Judgement {
  const runs = runsOf(evidence, 'duplicate').filter(
    ({ signals: [, second] }) => second !== undefined && second.atMs <= duplicateWithinMs,
  );
  if (runs.length === 0)
    return notApplicable('no duplicate was delivered in time: too few runs, or it had ended by then');
  const usual = new Set(runsOf(evidence, 'stop').map(formatExit));
  return judgeRuns(
    runs,
    (run) => {
      const apart = formatMs(run.signals[1]?.atMs ?? 0);
      if (isWorseThanStops(evidence, run)) {
        return `the second delivery, after ${apart}, harmed ${plural(harmOf(run), 'request')} (${formatExit(run)})`;
      }
      return usual.has(formatExit(run)) ? undefined : `two deliveries ${apart} apart gave ${formatExit(run)}`;
    },
    (all) => `${plural(all.length, 'stop')} with two deliveries went as those with one`,
  );
}

function judgeSecond(evidence: Evidence): Judgement {
  const runs = runsOf(evidence, 'second').filter(({ signals }) => signals.length > 1);
  if (runs.length === 0)
    return notApplicable('it had ended before a second signal came, or there were too few runs');
  const usual = new Set(runsOf(evidence, 'stop').map(formatExit));
  const climbed = (run: RunEvidence): boolean => !usual.has(formatExit(run)) && run.exit.signal === null;
  return judgeRuns(
    runs,
    (run) => {
      if (!isWorseThanStops(evidence, run) || climbed(run)) return undefined;
      return `a second signal after ${formatMs(run.signals[1]?.atMs ?? 0)} harmed ${plural(harmOf(run), 'request')}, with ${formatExit(run)}`;
    },
    (all) => {
      const first = all.find(climbed);
      return first === undefined
        ? 'it was ignored'
        : `it climbed, and said so: ${formatExit(first)}, ${plural(harmOf(first), 'request')} cut`;
    },
  );
}

function judgeExitCode(evidence: Evidence): Judgement {
  const { expectExit } = evidence.options;
  if (expectExit === 'any') return notApplicable('any exit was said to be right (--expect-exit any)');
  const runs = runsOf(evidence, 'stop', 'holders', 'durable').filter(({ exit }) => !exit.killed);
  if (runs.length === 0) return notApplicable('no run ended by itself (Q10)');
  const wanted = typeof expectExit === 'number' ? `exit code ${expectExit}` : `death by ${expectExit}`;
  return judgeRuns(
    runs,
    (run) => (formatExit(run) === wanted ? undefined : `${formatExit(run)} in place of ${wanted}`),
    (all) => `${wanted}, ${all.length} times`,
  );
}

function judgeEarly(evidence: Evidence): Judgement {
  if (neverEnds(evidence)) return notApplicable('it never ends, whatever is connected (Q10)');
  const runs = runsOf(evidence, 'early');
  if (runs.length === 0) return notApplicable('there were too few runs to play it');
  return judgeRuns(
    runs,
    (run) =>
      run.exit.killed
        ? `stopped ${formatMs(run.plannedStopMs)} after its start, it had not ended ${formatMs(run.exit.afterMs)} later`
        : undefined,
    (all) =>
      all
        .map(
          (run) =>
            `stopped ${formatMs(run.plannedStopMs)} after its start: ${formatExit(run)}, ${formatMs(run.exit.afterMs)} later`,
        )
        .join('; '),
  );
}
