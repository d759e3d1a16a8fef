import type { ControlEvent } from '@quiesce/control/client';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';

/** One line for a person who waits for the stop; undefined for what need not be told. */
export function describeEvent(event: ControlEvent): string | undefined {
  switch (event.type) {
    case 'stop':
      return `stopping: ${event.mode} (${printable(event.reason)}), ${formatDuration(event.timeoutMs)} at most`;
    case 'phase-end': {
      if (event.outcome === 'skipped') return undefined;
      const outcome = event.outcome === 'done' ? '' : `  ${event.outcome}`;
      return `  ${event.phase.padEnd(8)} ${formatDuration(event.durationMs).padStart(7)}${outcome}`;
    }
    case 'hook-end': {
      if (event.outcome === 'done') return undefined;
      const why = event.error === undefined ? '' : `: ${printable(event.error.message)}`;
      return `  ${printable(event.component)}: ${event.phase} ${event.outcome} after ${formatDuration(event.durationMs)}${why}`;
    }
    case 'progress': {
      const remaining = event.remaining === undefined ? '' : `${event.remaining} left`;
      const text = [printable(event.message ?? ''), remaining].filter((part) => part !== '').join(', ');
      return text === '' ? undefined : `  ${printable(event.component)}: ${text}`;
    }
    case 'climb':
      return `  ${event.from} → ${event.to} (${printable(event.cause)})`;
    case 'note':
      return `  note: ${printable(event.message)}`;
    case 'signal':
      return event.effect === 'ignored' ? undefined : `  ${event.signal} came: ${event.effect}`;
    default:
      return undefined;
  }
}
