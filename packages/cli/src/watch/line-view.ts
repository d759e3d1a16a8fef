import type { ControlStatus } from '@quiesce/control/client';
import type { CommandContext } from '../command/command-context.js';
import { describeEvent } from '../stop/describe-event.js';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';
import type { WatchEvent } from './watch-model.js';
import type { WatchView } from './watch-view.js';

/** Writes a line for each change, with the time: for logs, pipes and terminals without a cursor. */
export function createLineView({ stdout, clock }: CommandContext): WatchView {
  let last: string | undefined;
  const write = (text: string): void => {
    last = text;
    stdout.write(`${new Date(clock.wallTime()).toISOString()}  ${text}\n`);
  };
  return {
    wantsLooks: false,
    take(event) {
      const text = describeChange(event);
      // A service that is not there is not there each time that it is looked for.
      if (text !== undefined && (event.type !== 'lost' || text !== last)) write(text);
    },
    end() {},
  };
}

function describeChange(event: WatchEvent): string | undefined {
  switch (event.type) {
    case 'lost':
      return `gone: ${printable(event.why)}`;
    case 'status':
      return describeStatus(event.status);
    case 'state':
      return event.state;
    case 'component':
      return `${printable(event.component)}: ${event.state}`;
    case 'phase-start':
      return `${event.phase} begins, ${formatDuration(event.budgetMs)} at most`;
    case 'report': {
      const { outcome, durationMs, exit } = event.report;
      return `stopped: ${outcome}, in ${formatDuration(durationMs)}, exit code ${exit.code}`;
    }
    default:
      return describeEvent(event)?.trim();
  }
}

function describeStatus({ name, pid, state, inFlight, stop }: ControlStatus): string {
  const stopping =
    stop === undefined ? '' : `, ${stop.mode}, in ${stop.phase}, ${formatDuration(stop.remainingMs)} left`;
  return `${printable(name)} (pid ${pid}): ${state}, in flight ${inFlight}${stopping}`;
}
