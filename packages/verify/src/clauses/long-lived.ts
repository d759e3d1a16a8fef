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

/** What clients of long-lived connections are owed: word of the end, in their own protocol. */
export const longLivedClauses: readonly Clause[] = [
  {
    id: 'Q25',
    title: 'WebSocket clients are sent a close frame',
    advice:
      'Close every WebSocket with 1001 (going away) or 1012 (service restart) and wait for the answer, instead of cutting it.',
    page: 'q25-websocket-clients-get-a-close-frame.md',
    judge: (evidence) =>
      judgeKind(
        evidence,
        'websocket',
        'no WebSocket path was given (--websocket)',
        'WebSocket',
        'without a close frame',
      ),
  },
  {
    id: 'Q26',
    title: 'event streams end in order',
    advice:
      'End every event stream as a response (`response.end()`), so that its last event is whole and the client connects again elsewhere.',
    page: 'q26-event-streams-end-in-order.md',
    judge: (evidence) =>
      judgeKind(
        evidence,
        'sse',
        'no event stream path was given (--sse)',
        'event stream',
        'in the middle of the response',
      ),
  },
];

function judgeKind(
  evidence: Evidence,
  kind: 'websocket' | 'sse',
  notGiven: string,
  noun: string,
  badly: string,
): Judgement {
  if (evidence.options[kind] === undefined) return notApplicable(notGiven);
  const of = ({ held }: RunEvidence): RunEvidence['held'] =>
    held.filter((connection) => connection.kind === kind);
  const runs = runsOf(evidence, 'holders').filter((run) => of(run).some(({ how }) => how !== 'refused'));
  if (runs.length === 0) return notApplicable(`no ${noun} was accepted, or there were too few runs`);
  return judgeRuns(
    runs,
    (run) => {
      const cut = of(run).filter(({ how }) => how !== 'ended-in-order');
      return cut.length === 0 ? undefined : `${cut.length} of ${plural(of(run).length, noun)} ended ${badly}`;
    },
    (all) => {
      const ended = all.flatMap(of);
      const codes = [...new Set(ended.flatMap(({ code }) => (code === undefined ? [] : [code])))];
      return `${plural(ended.length, noun)} ended in order${codes.length > 0 ? `, with ${codes.join(', ')}` : ''}`;
    },
  );
}
