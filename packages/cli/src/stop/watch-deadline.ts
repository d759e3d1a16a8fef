import type { ControlClient, ControlEvent } from '@quiesce/control/client';
import type { Timer } from '@quiesce/core';
import type { StopPorts } from './stop-ports.js';

/** Sees to it that nobody waits for a stop that will not come to its end any more. */
export interface DeadlineWatch {
  /** Aborts when the waiting is interrupted, or the stop is past its deadline. */
  readonly signal: AbortSignal;
  take(event: ControlEvent): void;
  end(): void;
}

/** How long a service may say nothing of its stop after it was asked, in milliseconds. */
const beginMs = 10_000;
/** The service answers by its deadline, and its watchdog ends it there; then nobody will answer any more. In milliseconds. */
const afterDeadlineMs = 5_000;

/** Watches the deadline that a service tells of. Before it is given up, it is asked once more how much time it has. */
export function watchDeadline(
  client: ControlClient,
  { clock, interrupt }: StopPorts,
  timeoutMs: number | undefined,
): DeadlineWatch {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let isOver = false;
  let timer: Timer | undefined;
  const waitFor = (ms: number): void => {
    timer?.cancel();
    if (!isOver) timer = clock.setTimer(() => void look(), ms + afterDeadlineMs);
  };
  const look = async (): Promise<void> => {
    const status = await client.status().catch(() => undefined);
    const leftMs = status?.stop?.remainingMs ?? 0;
    if (leftMs > 0) waitFor(leftMs);
    else if (!isOver) abort();
  };
  waitFor(timeoutMs ?? beginMs);
  interrupt.addEventListener('abort', abort, { once: true });
  if (interrupt.aborted) abort();
  return {
    signal: controller.signal,
    take(event) {
      if (event.type === 'stop') waitFor(event.timeoutMs);
      if (event.type === 'status' && event.status.stop !== undefined) waitFor(event.status.stop.remainingMs);
    },
    end() {
      isOver = true;
      timer?.cancel();
      interrupt.removeEventListener('abort', abort);
    },
  };
}
