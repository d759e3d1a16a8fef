import { formatMs, plural } from '../clauses/clause.js';
import type { RunEvidence } from '../run/run-evidence.js';

/** A load process that is busier than this sends late, and measures itself. */
const busyUtilization = 0.9;
const lateMs = 50;

/** What a reader of these runs must know. */
export function notesOn(runs: readonly RunEvidence[]): string[] {
  return [
    ...noteOnClients(runs),
    ...noteOnBefore(runs),
    ...noteOnEstablished(runs),
    ...noteOnClosingRace(runs),
  ];
}

function noteOnClients(runs: readonly RunEvidence[]): string[] {
  const slow = runs.filter(({ clients }) =>
    clients.some(({ utilization, latenessP99Ms }) => utilization > busyUtilization || latenessP99Ms > lateMs),
  );
  if (slow.length === 0) return [];
  const lateness = Math.max(
    ...slow.flatMap(({ clients }) => clients.map(({ latenessP99Ms }) => latenessP99Ms)),
  );
  return [
    `the load generator was the bottleneck in ${plural(slow.length, 'run')} (99th percentile of lateness up to ` +
      `${formatMs(lateness)}): what is said about time is not to be trusted there`,
  ];
}

function noteOnBefore(runs: readonly RunEvidence[]): string[] {
  const failed = runs.reduce((sum, { account }) => sum + (account?.failedBefore ?? 0), 0);
  return failed === 0 ? [] : [`${plural(failed, 'request')} had failed before any stop signal`];
}

function noteOnEstablished(runs: readonly RunEvidence[]): string[] {
  const weak = runs.filter(({ established }) => !established);
  return weak.length === 0
    ? []
    : [
        `in ${plural(weak.length, 'run')} the load was not in its stride after 10 s; it was stopped all the same`,
      ];
}

function noteOnClosingRace(runs: readonly RunEvidence[]): string[] {
  const count = runs.reduce((sum, { account }) => sum + (account?.offences['closing-race'] ?? 0), 0);
  return count === 0
    ? []
    : [
        `${plural(count, 'new connection')} reset at the moment when the listener closed: accepted by the kernel, not ` +
          'by the program; held against nobody',
      ];
}
