import type { ScenarioId } from '../src/plan/scenario-ids.js';

/** A way in which `fixtures/one-server.mjs` can be broken, and what the judge must make of it. */
export interface PlantedDefect {
  readonly defect: string;
  /** Clauses that must fail. */
  readonly found: readonly string[];
  /** Clauses that may fail as well, because the defect has that consequence under some loads. */
  readonly also?: readonly string[];
  /** The scenarios that show it. */
  readonly only: readonly ScenarioId[];
  readonly args?: readonly string[];
}

/** One for every clause, at least. No clause may fail that the row does not name. */
export const plantedDefects: readonly PlantedDefect[] = [
  {
    defect: 'none',
    found: [],
    only: ['stop', 'holders', 'stuck', 'duplicate', 'other-signal', 'early', 'second', 'pid1', 'durable'],
  },
  // Pipelined requests behind the truncated answer fall with it, some before the next look at readiness.
  { defect: 'truncates', found: ['Q01'], also: ['Q02', 'Q03', 'Q05', 'Q07'], only: ['stop'] },
  { defect: 'wrong-bytes', found: ['Q01'], only: ['stop'] },
  { defect: 'cuts-in-flight', found: ['Q01'], only: ['stop'] },
  // Without the server's log, a reset that took long cannot be told from a loss.
  { defect: 'resets-reused', found: ['Q02'], also: ['Q01'], only: ['stop'] },
  { defect: 'drops-new-connections', found: ['Q03'], only: ['stop'] },
  { defect: 'no-close-header', found: ['Q04'], only: ['stop'] },
  { defect: 'readiness-stays-green', found: ['Q05'], only: ['stop'] },
  { defect: 'liveness-turns-red', found: ['Q06'], only: ['stop'] },
  { defect: 'refuses-while-announcing', found: ['Q07'], only: ['stop'] },
  // New uploads keep coming through the open door, until the deadline cuts them.
  { defect: 'listener-stays-open', found: ['Q08'], also: ['Q01', 'Q03', 'Q10'], only: ['stuck', 'stop'] },
  { defect: 'lingers', found: ['Q09'], only: ['stop'], args: ['--deadline', '8'] },
  { defect: 'never-exits', found: ['Q10'], only: ['stop', 'stuck', 'holders', 'pid1', 'early'] },
  { defect: 'ignores-signals', found: ['Q08', 'Q10'], only: ['stop', 'stuck', 'holders', 'pid1', 'early'] },
  { defect: 'waits-for-ever', found: ['Q11'], only: ['stop', 'stuck'] },
  { defect: 'held-by-silent', found: ['Q12'], only: ['stop', 'holders'] },
  { defect: 'held-by-half-header', found: ['Q12'], only: ['stop', 'holders'] },
  { defect: 'ignores-sigint', found: ['Q13'], only: ['stop', 'other-signal'] },
  { defect: 'exits-on-duplicate', found: ['Q14'], only: ['stop', 'duplicate', 'second'] },
  { defect: 'dies-of-second-signal', found: ['Q15'], only: ['stop', 'duplicate', 'second'] },
  { defect: 'wrong-exit-code', found: ['Q16'], only: ['stop'] },
  { defect: 'ignored-while-starting', found: ['Q17'], only: ['stop', 'early'] },
  { defect: 'leaves-a-child', found: ['Q18'], only: ['stop'] },
  // Whoever connects to the listener that was left behind waits for ever.
  { defect: 'leaves-the-port', found: ['Q18', 'Q19'], also: ['Q01', 'Q03', 'Q08', 'Q09'], only: ['stop'] },
  { defect: 'ignored-as-pid-1', found: ['Q20'], only: ['stop', 'pid1'] },
  // The announce delay of 250 ms is shorter than the propagation; the deadline of the good server longer than the grace.
  {
    defect: 'none',
    found: ['Q23'],
    only: ['stop', 'platform'],
    args: ['--platform', 'kubernetes', '--propagation', '1'],
  },
  {
    defect: 'lingers',
    found: ['Q09', 'Q24'],
    also: ['Q23'],
    only: ['stop', 'platform'],
    args: ['--platform', 'kubernetes', '--propagation', '0.02', '--grace', '3', '--deadline', '8'],
  },
  { defect: 'cuts-websockets', found: ['Q25'], only: ['stop', 'holders'] },
  { defect: 'cuts-event-streams', found: ['Q26'], only: ['stop', 'holders'] },
  { defect: 'forgets-acknowledged-writes', found: ['Q21'], only: ['stop', 'durable'] },
  { defect: 'unsteady-exit', found: ['Q22'], only: ['stop'], args: ['--expect-exit', 'any', '--runs', '10'] },
];
