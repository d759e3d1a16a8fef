import type { ControlStatus } from '@quiesce/control/client';
import { renderComponents, renderFooter, renderHeader, renderStop } from '../status/render-status.js';
import { fitLine, type Line, type Style } from '../terminal/paint.js';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';
import type { WatchedPhase, WatchModel } from './watch-model.js';

/** The room there is. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** A service as it is watched, in the room there is: what matters most comes first, since what has no room is left out. */
export function renderWatch(model: WatchModel, nowMs: number, { columns, rows }: Room): readonly Line[] {
  const { status } = model;
  const lines: readonly Line[] = [
    ...renderConnection(model, nowMs),
    ...(status === undefined ? [] : renderService(model, advance(status, model, nowMs), nowMs, columns)),
  ];
  return lines.slice(0, rows).map((line) => fitLine(line, columns));
}

function renderConnection({ isConnected, why, sinceMs, status }: WatchModel, nowMs: number): readonly Line[] {
  if (isConnected) return [];
  const forMs = formatDuration(nowMs - sinceMs);
  const text = status === undefined ? 'waiting for it' : 'gone; waiting for it to come back';
  const lines: Line[] = [[{ text: `${text}, ${forMs}`, style: 'red' }]];
  return why === undefined ? lines : [...lines, [{ text: printable(why), style: 'dim' }]];
}

function renderService(
  model: WatchModel,
  status: ControlStatus,
  nowMs: number,
  columns: number,
): readonly Line[] {
  return [
    ...renderHeader(status),
    ...renderStop(status),
    ...model.phases.filter(({ end }) => end?.outcome !== 'skipped').map((phase) => renderPhase(phase, nowMs)),
    [],
    ...renderComponents(status.components, columns),
    ...renderFooter(status),
    ...model.told.map((text): Line => [{ text, style: 'dim' }]),
  ];
}

/** What the clock has changed since the service told it. */
function advance(
  status: ControlStatus,
  { statusMs, report, isConnected, sinceMs }: WatchModel,
  nowMs: number,
): ControlStatus {
  const passedMs = Math.max(0, (isConnected ? nowMs : sinceMs) - statusMs);
  const { stop } = status;
  return {
    ...status,
    ...(report === undefined ? {} : { report, state: 'stopped' as const }),
    uptimeMs: status.uptimeMs + passedMs,
    ...(stop === undefined
      ? {}
      : { stop: { ...stop, remainingMs: Math.max(0, stop.remainingMs - passedMs) } }),
  };
}

const outcomeStyles: Readonly<Record<NonNullable<WatchedPhase['end']>['outcome'], Style>> = {
  done: 'green',
  failed: 'red',
  late: 'red',
  cut: 'yellow',
  skipped: 'dim',
};

function renderPhase({ phase, startedMs, budgetMs, end }: WatchedPhase, nowMs: number): Line {
  const name = { text: `  ${phase.padEnd(9)}` };
  if (end !== undefined) {
    const took = { text: formatDuration(end.durationMs).padStart(7) };
    return [name, took, { text: `  ${end.outcome}`, style: outcomeStyles[end.outcome] }];
  }
  const passed = { text: formatDuration(nowMs - startedMs).padStart(7), style: 'yellow' as const };
  return [name, passed, { text: `  of ${formatDuration(budgetMs)}`, style: 'dim' }];
}
