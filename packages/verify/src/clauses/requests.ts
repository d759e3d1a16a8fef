import type { Offence } from '../account/offences.js';
import type { RunEvidence } from '../run/run-evidence.js';
import {
  type Clause,
  type Evidence,
  type Judgement,
  judgeRuns,
  notApplicable,
  plural,
  runsOf,
} from './clause.js';

/** What clients are owed: no request lost, none left in doubt, and word before a connection goes. */
export const requestClauses: readonly Clause[] = [
  {
    id: 'Q01',
    title: 'in-flight requests complete, byte for byte',
    advice:
      'Wait for open requests before the process ends, and for their last byte to be sent, not only written.',
    page: 'q01-in-flight-requests-complete.md',
    judge: (evidence) =>
      judgeOffence(
        evidence,
        'lost',
        (count) => `${plural(count, 'request')} lost that the server had in hand`,
      ),
  },
  {
    id: 'Q02',
    title: 'nothing is reset on reused connections',
    advice:
      'Keep idle connections for a moment and answer the next request with "Connection: close", instead of closing them.',
    page: 'q02-no-reset-on-reused-connections.md',
    judge: (evidence) =>
      judgeOffence(
        evidence,
        'reset-reused',
        (count) => `${plural(count, 'request')} on a kept-alive connection reset without an answer`,
      ),
  },
  {
    id: 'Q03',
    title: 'new connections are served or refused, never dropped',
    advice: 'Close the listener when you take no more; do not accept connections only to close them.',
    page: 'q03-new-connections-served-or-refused.md',
    judge: (evidence) =>
      judgeOffence(
        evidence,
        'reset-new',
        (count) => `${plural(count, 'request')} on a new connection reset without an answer`,
      ),
  },
  {
    id: 'Q04',
    title: 'clients are told: Connection: close or GOAWAY',
    advice:
      'Once you stop taking work, answer with "Connection: close" (HTTP/2: GOAWAY), so that clients leave by themselves.',
    page: 'q04-clients-are-told.md',
    judge: judgeToldClients,
  },
];

function judgeOffence(evidence: Evidence, offence: Offence, say: (count: number) => string): Judgement {
  const runs = runsOf(evidence, 'stop').filter(({ account }) => account !== undefined);
  if (runs.length === 0) return notApplicable('no run was stopped under load');
  const countOf = ({ account }: RunEvidence): number => account?.offences[offence] ?? 0;
  return judgeRuns(
    runs,
    (run) => {
      const count = countOf(run);
      if (count === 0) return undefined;
      const ran = run.account?.handlersRan;
      return (
        say(count) + (ran === undefined ? '' : `; by ${witness(evidence)} ${plural(ran, 'handler')} had run`)
      );
    },
    praiseOf,
  );
}

function witness({ options }: Evidence): string {
  return options.marker === undefined ? "the server's log" : 'the marker in its answers';
}

/** What was at stake, and how much a pass means: zero of n bounds the true rate at 1 - 0.05^(1/n), with 95 % confidence. */
function praiseOf(runs: readonly RunEvidence[]): string {
  const inFlight = runs.reduce((sum, { account }) => sum + (account?.inFlight ?? 0), 0);
  const after = runs.reduce((sum, { account }) => sum + (account?.answeredAfter ?? 0), 0);
  const bound = 1 - 0.05 ** (1 / runs.length);
  return (
    `${plural(inFlight, 'request')} in flight at the signal and ${after} answered after it, in ${plural(runs.length, 'stop')}` +
    ` (95 % sure that fewer than ${Math.ceil(bound * 100)} % of stops do worse)`
  );
}

function judgeToldClients(evidence: Evidence): Judgement {
  const runs = runsOf(evidence, 'stop').filter(
    ({ account, goaway }) =>
      (account?.announced ?? 0) + (account?.unannounced ?? 0) + goaway.received + goaway.endedWithout > 0,
  );
  if (runs.length === 0) return notApplicable('nothing was answered after the server began to close');
  return judgeRuns(
    runs,
    ({ account, goaway, exit }) => {
      // What SIGKILL ends can say nothing any more.
      if (goaway.endedWithout > 0 && !exit.killed) {
        return `${plural(goaway.endedWithout, 'HTTP/2 session')} ended without GOAWAY`;
      }
      const unannounced = account?.unannounced ?? 0;
      return unannounced === 0
        ? undefined
        : `${plural(unannounced, 'answer')} kept the connection alive although the server was closing`;
    },
    (all) => {
      const announced = all.reduce((sum, { account }) => sum + (account?.announced ?? 0), 0);
      const goaways = all.reduce((sum, { goaway }) => sum + goaway.received, 0);
      return `${plural(announced, 'answer')} said that the connection closes${goaways > 0 ? `, ${goaways} times by GOAWAY` : ''}`;
    },
  );
}
