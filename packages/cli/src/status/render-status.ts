import type { ControlStatus } from '@quiesce/control/client';
import type { ComponentStatus, LifecycleState } from '@quiesce/core';
import { cutToWidth, displayWidth, padToWidth } from '../terminal/display-width.js';
import { fitLine, type Line, type Style } from '../terminal/paint.js';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';

const stateStyles: Readonly<Record<LifecycleState, Style>> = {
  idle: 'dim',
  starting: 'cyan',
  running: 'green',
  stopping: 'yellow',
  stopped: 'dim',
};

const outcomeStyles = { clean: 'green', incomplete: 'yellow', forced: 'red', failed: 'red' } as const;

/** The columns behind a component's name. */
const stateColumns = 10;
const pendingColumns = 8;
const widestName = 40;

/** A service on one screen, no line wider than `columns`. */
export function renderStatus(status: ControlStatus, columns: number): readonly Line[] {
  return [
    ...renderHeader(status),
    ...renderStop(status),
    [],
    ...renderComponents(status.components, columns),
    ...renderFooter(status),
  ].map((line) => fitLine(line, columns));
}

/** Who it is, and what it is doing. */
export function renderHeader({
  name,
  pid,
  state,
  ready,
  uptimeMs,
  instance,
}: ControlStatus): readonly Line[] {
  const notReady = state === 'running' && !ready ? [{ text: ', not ready', style: 'yellow' as const }] : [];
  return [
    [
      { text: printable(name), style: 'bold' },
      { text: '  ' },
      { text: state, style: stateStyles[state] },
      ...notReady,
      { text: `  up ${formatDuration(uptimeMs)}` },
      { text: `  pid ${pid}  ${printable(instance)}`, style: 'dim' },
    ],
  ];
}

/** The stop that is running, or has run. */
export function renderStop({ stop, report, state }: ControlStatus): readonly Line[] {
  if (report !== undefined) {
    return [
      [
        { text: report.outcome, style: outcomeStyles[report.outcome] },
        { text: ` in ${formatDuration(report.durationMs)}, exit code ${report.exit.code}` },
        { text: `  ${report.mode.reached}, ${printable(report.reason)}`, style: 'dim' },
      ],
    ];
  }
  if (stop === undefined) return [];
  const left = state === 'stopping' ? `  ${formatDuration(stop.remainingMs)} left` : '';
  return [
    [
      { text: `${stop.mode}, in ${stop.phase}`, style: 'yellow' },
      { text: left, style: 'bold' },
      { text: `  ${printable(stop.reason)}`, style: 'dim' },
    ],
  ];
}

/** Every component in a row, in columns that fit. */
export function renderComponents(components: readonly ComponentStatus[], columns: number): readonly Line[] {
  if (components.length === 0) return [];
  const names = components.map(({ name }) => printable(name));
  const room = Math.max(4, Math.min(widestName, columns - stateColumns - pendingColumns));
  const width = Math.min(
    room,
    Math.max('component'.length + 2, ...names.map((name) => displayWidth(name) + 2)),
  );
  const cell = (text: string): string => padToWidth(cutToWidth(text, width - 2), width);
  const header = `${cell('component')}${padToWidth('state', stateColumns)}${'pending'.padStart(pendingColumns)}`;
  return [
    [{ text: header, style: 'dim' }],
    ...components.map(({ state, tier, pending }, index): Line => {
      return [
        { text: cell(names[index] ?? '') },
        { text: padToWidth(state, stateColumns), ...styleOf(state) },
        { text: (pending === undefined ? '' : String(pending)).padStart(pendingColumns) },
        ...(tier === 'standard' ? [] : [{ text: `  ${tier}`, style: 'dim' as const }]),
      ];
    }),
  ];
}

function styleOf(state: ComponentStatus['state']): { readonly style?: Style } {
  if (state === 'failed') return { style: 'red' };
  if (state === 'stopping' || state === 'starting') return { style: 'yellow' };
  return {};
}

/** What concerns all of them. */
export function renderFooter({ inFlight, waitingCallers, previousStop }: ControlStatus): readonly Line[] {
  const callers = waitingCallers === 1 ? '1 caller waits' : `${waitingCallers} callers wait`;
  return [
    [
      { text: `in flight ${inFlight}` },
      ...(waitingCallers === 0 ? [] : [{ text: `  ${callers} for the end`, style: 'dim' as const }]),
    ],
    ...(previousStop === undefined
      ? []
      : [
          [
            {
              text: 'the stop before this start never came to its end: it was killed',
              style: 'red' as const,
            },
          ],
        ]),
  ];
}
