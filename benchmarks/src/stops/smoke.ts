import { BARE, QUIESCE } from '../servers/catalogue.js';
import type { ServerSummary } from './summary.js';

/** Requests that a run of a second and more cannot stay below, on any machine that is fit for it. */
const FEW_REQUESTS = 100;

/** What a short run must show, or the harness (or what it is there to prove) is broken. One line for each defect. */
export function checkSmoke(summaries: readonly ServerSummary[]): readonly string[] {
  return summaries.flatMap(({ entry, tally, requests, stops, exits }) => [
    ...(requests < FEW_REQUESTS * stops ? [`${entry.name}: ${requests} requests only`] : []),
    ...(tally['never-sent'] > 0 ? [`${entry.name}: ${tally['never-sent']} requests were never sent`] : []),
    ...(entry === BARE && tally.lost === 0
      ? [`${entry.name}: no loss was seen where there must be some`]
      : []),
    ...(entry === QUIESCE && tally.lost > 0 ? [`${entry.name}: ${tally.lost} requests were lost`] : []),
    ...(entry === QUIESCE && exits.get('0') !== stops ? [`${entry.name}: not every exit was 0`] : []),
  ]);
}
