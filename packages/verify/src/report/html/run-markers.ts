import { formatExit } from '../../clauses/clause.js';
import type { RunEvidence } from '../../run/run-evidence.js';
import type { Marker } from './plot-frame.js';

/** The instants of one run that every plot of it shows. */
export function markersOf(run: RunEvidence): Marker[] {
  const markers: Marker[] = run.signals.map(({ signal, atMs }) => ({
    at: atMs,
    label: signal,
    kind: 'signal',
  }));
  const event = (at: number | undefined, label: string): void => {
    if (at !== undefined && at <= run.exit.afterMs) markers.push({ at, label, kind: 'event' });
  };
  event(run.firstRedMs, 'readiness red');
  event(run.firstTurnedAwayMs, 'first 503');
  event(run.firstRefusedMs, 'first refused');
  markers.push({ at: run.exit.afterMs, label: formatExit(run), kind: 'exit' });
  return markers;
}

const shownBeforeMs = 400;
const shownAfterMs = 120;

/** The part of a run that is drawn, in milliseconds from the signal. */
export function shownSpanOf(run: RunEvidence): { readonly from: number; readonly to: number } {
  return { from: -shownBeforeMs, to: run.exit.afterMs + Math.max(shownAfterMs, run.exit.afterMs * 0.05) };
}
