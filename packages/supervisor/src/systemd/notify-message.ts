/** What a service manager can be told; see sd_notify(3). */
export interface NotifyState {
  /** `READY=1`: the service has started, or is done reloading. */
  readonly ready?: true;
  /** `RELOADING=1` with `MONOTONIC_USEC=`, the instant at which the reload began, in milliseconds of `process.hrtime`. */
  readonly reloadingSinceMs?: number;
  /** `STOPPING=1`: the stop has begun. */
  readonly stopping?: true;
  /** `STATUS=`: one line for people. */
  readonly status?: string;
  /** `EXTEND_TIMEOUT_USEC=`: within this time, in milliseconds, it hears of more progress, or may act. */
  readonly extendTimeoutMs?: number;
  /** `WATCHDOG=1`: the service is alive. */
  readonly watchdog?: true;
  /** `MAINPID=`: another process is the service's main one from now on. */
  readonly mainPid?: number;
}

/** systemd ignores a datagram longer than a page (NOTIFY_BUFFER_MAX, src/core/manager.c); a status needs no more than this. */
const longestStatus = 400;

/** The datagram that says it: a variable and its value a line. */
export function formatNotifyMessage(state: NotifyState): string {
  return assignments(state)
    .map(([variable, value]) => `${variable}=${value}`)
    .join('\n');
}

function assignments(state: NotifyState): readonly (readonly [variable: string, value: string])[] {
  const { reloadingSinceMs, status, extendTimeoutMs, mainPid } = state;
  return [
    ...(mainPid === undefined ? [] : [['MAINPID', String(mainPid)] as const]),
    ...(reloadingSinceMs === undefined
      ? []
      : [['RELOADING', '1'] as const, ['MONOTONIC_USEC', toMicroseconds(reloadingSinceMs)] as const]),
    ...(state.ready === undefined ? [] : [['READY', '1'] as const]),
    ...(state.stopping === undefined ? [] : [['STOPPING', '1'] as const]),
    ...(extendTimeoutMs === undefined
      ? []
      : [['EXTEND_TIMEOUT_USEC', toMicroseconds(extendTimeoutMs)] as const]),
    ...(state.watchdog === undefined ? [] : [['WATCHDOG', '1'] as const]),
    ...(status === undefined ? [] : [['STATUS', toOneLine(status)] as const]),
  ];
}

function toMicroseconds(ms: number): string {
  return String(Math.round(ms * 1_000));
}

/** A line break would begin another assignment. */
function toOneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what has to go
  return text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, longestStatus);
}
