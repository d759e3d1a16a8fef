import { setTimeout as wait } from 'node:timers/promises';
import { InterruptedError } from '../errors.js';

/** Waits; an interrupt ends it with {@link InterruptedError}. */
export async function pause(ms: number, interrupt: AbortSignal | undefined): Promise<void> {
  if (interrupt?.aborted === true) throw new InterruptedError();
  try {
    await wait(ms, undefined, interrupt === undefined ? {} : { signal: interrupt });
  } catch {
    throw new InterruptedError();
  }
}
