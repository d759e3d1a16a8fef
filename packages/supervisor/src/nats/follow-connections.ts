import type { Clock } from '@quiesce/core';
import { type NatsState, readNatsState } from './nats-monitoring.js';

/** What following a draining server needs. */
export interface FollowPorts {
  readonly clock: Clock;
  /** Ends it: the server has ended, or nobody waits any more. */
  readonly signal: AbortSignal;
  /** Called whenever something has changed. */
  changed(state: NatsState): void;
}

/** How often it is asked, in milliseconds. The server has no other way to tell: it publishes no event for a client of its own. */
const pauseMs = 100;
/** How long an answer may take, in milliseconds. */
const answerMs = 2_000;

/**
 * Follows how the connections of a draining nats-server become fewer. Resolves when none is left; never when that cannot
 * be told, so that whoever waits has an end of its own.
 */
export function followConnections(base: string, ports: FollowPorts): Promise<void> {
  const { clock, signal } = ports;
  return new Promise((resolve) => {
    let last = '';
    const look = async (): Promise<void> => {
      const state = await readInTime(base, ports);
      if (signal.aborted) return;
      const now = state === undefined ? last : `${state.connections} ${state.jetstream?.messages}`;
      if (state !== undefined && now !== last) ports.changed(state);
      last = now;
      if (state?.connections === 0) {
        resolve();
        return;
      }
      const timer = clock.setTimer(() => {
        signal.removeEventListener('abort', timer.cancel);
        void look();
      }, pauseMs);
      signal.addEventListener('abort', timer.cancel, { once: true });
    };
    void look();
  });
}

/** Undefined when the server does not answer: its monitoring closes before it ends. */
export async function readInTime(
  base: string,
  { clock, signal }: Pick<FollowPorts, 'clock' | 'signal'>,
): Promise<NatsState | undefined> {
  const late = new AbortController();
  const timer = clock.setTimer(() => late.abort(), answerMs);
  try {
    return await readNatsState(base, AbortSignal.any([signal, late.signal]));
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}
