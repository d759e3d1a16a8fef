import type { Clock } from '@quiesce/core';
import { type AskedReadiness, ask, type FileBefore } from './ask.js';

/** What waiting needs. */
export interface WaitPorts {
  readonly clock: Clock;
  /** Ends the waiting; the promise then rejects with its reason. */
  readonly signal: AbortSignal;
  readonly before: FileBefore;
}

/** How long one question may take, in milliseconds. */
const answerMs = 1_000;
const firstPauseMs = 5;
const longestPauseMs = 250;

/** Asks until the command is ready: often at first, since most are after some milliseconds. */
export async function waitUntilReady(readiness: AskedReadiness, ports: WaitPorts): Promise<void> {
  const { clock, signal, before } = ports;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    try {
      await askInTime(readiness, before, ports);
      return;
    } catch {
      // Not yet. What is wrong at last is told by who gives up the waiting.
    }
    signal.throwIfAborted();
    await pause(clock, pauseMs, signal);
    signal.throwIfAborted();
  }
}

/** Asks once, for a second at most. */
export async function askInTime(
  readiness: AskedReadiness,
  before: FileBefore,
  { clock, signal }: Pick<WaitPorts, 'clock' | 'signal'>,
): Promise<void> {
  const late = new AbortController();
  const timer = clock.setTimer(() => late.abort(), answerMs);
  try {
    await ask(readiness, before, AbortSignal.any([signal, late.signal]));
  } finally {
    timer.cancel();
  }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = clock.setTimer(over, ms);
    signal.addEventListener('abort', over, { once: true });
  });
}
