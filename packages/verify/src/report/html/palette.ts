import { type Verdict, verdicts } from '../../account/verdicts.js';

/** Colours that people with any colour vision can tell apart (Okabe and Ito), the grave ones the warm ones. */
export const verdictColors: Readonly<Record<Verdict, string>> = {
  answered: '#0a9b73',
  refused: '#98a2ad',
  'turned-away': '#4aa8e0',
  wrong: '#8a5cd1',
  'reset-new': '#e69f00',
  'reset-reused': '#d55e00',
  truncated: '#d6459b',
  'timed-out': '#7a1f1f',
  unsent: '#d5dae0',
};

/** What each verdict means, in a few words. */
const verdictMeanings: Readonly<Record<Verdict, string>> = {
  answered: 'complete, as before the stop',
  refused: 'never accepted, safe to send again',
  'turned-away': '503 or 429',
  wrong: 'complete, but another answer',
  'reset-new': 'new connection reset, no answer',
  'reset-reused': 'kept connection reset, no answer',
  truncated: 'the answer began and did not end',
  'timed-out': 'no answer while the judge waited',
  unsent: 'planned, not sent',
};

/** A legend of the verdicts that occur. */
export function renderLegend(occurring: ReadonlySet<Verdict>): string {
  const items = verdicts
    .filter((verdict) => occurring.has(verdict))
    .map((verdict) => {
      return `<li><i style="background:${verdictColors[verdict]}"></i><b>${verdict}</b> ${verdictMeanings[verdict]}</li>`;
    });
  return `<ul class="legend">${items.join('')}</ul>`;
}
