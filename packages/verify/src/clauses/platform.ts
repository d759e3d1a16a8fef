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

/** What users of a platform are owed: its own sequence, in its own timing, and nobody notices. */
export const platformClauses: readonly Clause[] = [
  {
    id: 'Q23',
    title: "nobody notices the platform's stop",
    advice:
      'Serve everything until routing has moved away: a preStop sleep or an announce delay longer than the propagation.',
    page: 'q23-nobody-notices-the-platforms-stop.md',
    needsProcess: true,
    judge: judgeUnnoticed,
  },
  {
    id: 'Q24',
    title: "ends within the platform's grace period",
    advice:
      'preStop, announce delay and drain share one grace period; make their sum shorter, or the period longer.',
    page: 'q24-ends-within-the-platforms-grace.md',
    needsProcess: true,
    judge: judgeGrace,
  },
];

const notAsked = 'no platform was named (--platform)';

function judgeUnnoticed(evidence: Evidence): Judgement {
  const { platform } = evidence.options;
  if (platform === undefined) return notApplicable(notAsked);
  if (platform.propagationMs === undefined) {
    return notApplicable(
      `${platform.name} tells nobody before the signal: whoever connects afterwards is refused`,
    );
  }
  const runs = runsOf(evidence, 'platform');
  const noticedBy = ({ account }: RunEvidence): number => account?.unservedAfter ?? 0;
  return judgeRuns(
    runs,
    (run) =>
      noticedBy(run) === 0
        ? undefined
        : `${plural(noticedBy(run), 'request')} not served that routing still sent`,
    (all) => {
      const after = all.reduce((sum, { account }) => sum + (account?.answeredAfter ?? 0), 0);
      return `${after} requests sent after the begin of the stop, all served, in ${plural(all.length, 'stop')}`;
    },
  );
}

function judgeGrace(evidence: Evidence): Judgement {
  const { platform } = evidence.options;
  if (platform === undefined) return notApplicable(notAsked);
  return judgeRuns(
    runsOf(evidence, 'platform'),
    ({ exit }) => (exit.killed ? `SIGKILL after ${formatMs(platform.graceMs)}` : undefined),
    (all) =>
      `it ended ${formatMs(Math.max(...all.map(({ exit }) => exit.afterMs)))} after the begin of the stop, of ${formatMs(platform.graceMs)}`,
  );
}
