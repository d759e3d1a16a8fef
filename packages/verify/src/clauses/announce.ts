import type { RunEvidence } from '../run/run-evidence.js';
import {
  type Clause,
  type Evidence,
  formatMs,
  type Judgement,
  judgeRuns,
  notApplicable,
  plural,
  runsOf,
} from './clause.js';

/** What routing is owed: the probe turns red before anything is refused, and the listener closes in the end. */
export const announceClauses: readonly Clause[] = [
  {
    id: 'Q05',
    title: 'readiness goes red before anything is refused',
    advice:
      'Fail the readiness probe first, keep serving for as long as routing needs, and close the listener only then.',
    page: 'q05-readiness-goes-red-first.md',
    judge: judgeReadiness,
  },
  {
    id: 'Q06',
    title: 'liveness stays green while it stops',
    advice:
      'Keep the liveness probe apart from readiness; a draining process is alive, and a red probe gets it killed.',
    page: 'q06-liveness-stays-green.md',
    judge: judgeLiveness,
  },
  {
    id: 'Q07',
    title: 'new requests are served during the announce delay',
    advice:
      'During the announce delay only the readiness probe changes; everything else is served as before.',
    page: 'q07-served-during-the-announce-delay.md',
    judge: judgeAnnounce,
  },
  {
    id: 'Q08',
    title: 'the listener closes',
    advice:
      'Close the listener (or answer 503 with "Connection: close") while you drain; new work would keep you for ever.',
    page: 'q08-the-listener-closes.md',
    needsProcess: true,
    judge: judgeListener,
  },
];

/** A drain that lasts longer than this must have closed the door some time before its end. */
const longDrainMs = 1_000;
const closedBeforeMs = 100;

/** A stop shorter than this may be over between two probes. */
const shortestSeenMs = 100;

function judgeReadiness(evidence: Evidence): Judgement {
  if (evidence.options.ready === undefined) return notApplicable('no readiness path was given (--ready)');
  const runs = runsOf(evidence, 'stop').filter(
    (run) =>
      !(run.exit.killed || run.exit.seen === 'still there') ||
      firstNoMs(run) < run.exit.afterMs - closedBeforeMs,
  );
  if (runs.length === 0) return notApplicable('nothing was refused before the end');
  const judged = runs.filter((run) => isRedFirst(run) || wasLookedAt(run));
  if (judged.length === 0) return notApplicable('the load generator was too late to look at it in between');
  return judgeRuns(
    judged,
    (run) => {
      if (isRedFirst(run)) return undefined;
      const { firstRedMs } = run;
      const refusedMs = firstRefusalMs(run);
      if (refusedMs >= run.exit.afterMs && run.exit.afterMs < shortestSeenMs) {
        return `it had ended after ${formatMs(run.exit.afterMs)} and was never seen red`;
      }
      const red =
        firstRedMs === undefined ? 'was never seen red' : `turned red after ${formatMs(firstRedMs)}`;
      return `the first request was refused after ${formatMs(refusedMs)}, and readiness ${red}`;
    },
    (all) => {
      const lead = Math.min(...all.map((run) => firstRefusalMs(run) - (run.firstRedMs ?? 0)));
      return `red at least ${formatMs(lead)} before the first refusal, in ${plural(all.length, 'stop')}`;
    },
  );
}

/** The end itself refuses everything. */
function firstRefusalMs(run: RunEvidence): number {
  return Math.min(firstNoMs(run), run.exit.afterMs);
}

function isRedFirst(run: RunEvidence): boolean {
  return run.firstRedMs !== undefined && run.firstRedMs <= firstRefusalMs(run);
}

/**
 * Whether a red probe would have been seen before the first refusal. Who refuses at once leaves no time for that; where there was
 * time, a client that was kept from its processor may have used none of it, unless it saw green right before.
 */
function wasLookedAt(run: RunEvidence): boolean {
  const refusedMs = firstRefusalMs(run);
  if (refusedMs < shortestSeenMs || (run.lastGreenMs ?? 0) > refusedMs - shortestSeenMs) return true;
  return Math.max(0, ...run.clients.map(({ latenessMaxMs }) => latenessMaxMs)) < refusedMs - shortestSeenMs;
}

/** When a load request was first refused, turned away or dropped. */
function firstNoMs({ firstRefusedMs, firstTurnedAwayMs, firstDroppedMs }: RunEvidence): number {
  return Math.min(
    ...[firstRefusedMs, firstTurnedAwayMs, firstDroppedMs].map((ms) => ms ?? Number.POSITIVE_INFINITY),
  );
}

function judgeLiveness(evidence: Evidence): Judgement {
  if (evidence.options.live === undefined) return notApplicable('no liveness path was given (--live)');
  const runs = runsOf(evidence, 'stop').filter(({ account }) => {
    return account !== undefined && account.liveProbes.green + account.liveProbes.red > 0;
  });
  if (runs.length === 0) return notApplicable('no liveness probe was answered after the signal');
  return judgeRuns(
    runs,
    ({ account }) =>
      account === undefined || account.liveProbes.red === 0
        ? undefined
        : `${plural(account.liveProbes.red, 'liveness probe')} failed after the signal`,
    (all) =>
      `green ${all.reduce((sum, { account }) => sum + (account?.liveProbes.green ?? 0), 0)} times after the signal`,
  );
}

function judgeAnnounce(evidence: Evidence): Judgement {
  const { announceMs } = evidence.options;
  if (announceMs === undefined || announceMs === 0) {
    return notApplicable('no announce delay was stated (--announce)');
  }
  return judgeRuns(
    runsOf(evidence, 'stop'),
    ({ account, exit }) => {
      if (exit.afterMs < announceMs) return `it had ended ${formatMs(exit.afterMs)} after the signal`;
      const missed = account?.missedInAnnounce ?? 0;
      return missed === 0
        ? undefined
        : `${plural(missed, 'request')} not served within ${formatMs(announceMs)}`;
    },
    (all) =>
      `everything was served for ${formatMs(announceMs)} after the signal, in ${plural(all.length, 'stop')}`,
  );
}

function judgeListener(evidence: Evidence): Judgement {
  if (evidence.options.load.newPerSecond === 0) return notApplicable('no new connections were made');
  const runs = runsOf(evidence, 'stop', 'stuck').filter(({ account }) => account !== undefined);
  return judgeRuns(
    runs,
    (run) => {
      const noMs = firstNoMs(run);
      if (run.exit.killed) {
        return noMs < run.exit.afterMs - closedBeforeMs
          ? undefined
          : 'it still took new requests at the deadline';
      }
      if (run.scenario === 'stop' || run.exit.afterMs < longDrainMs) return undefined;
      return noMs <= run.exit.afterMs - closedBeforeMs
        ? undefined
        : `it took new requests until it ended, ${formatMs(run.exit.afterMs)} after the signal`;
    },
    (all) => `closed in each of ${plural(all.length, 'stop')}`,
  );
}
