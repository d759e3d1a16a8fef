import { NotReadyError, ReadyTimeoutError } from '../errors.js';
import type { Clock } from '../ports/clock.js';

/** Whether the service has come up, for whoever waits for it. */
export interface Readiness {
  readonly isReady: boolean;
  /** Whether it was ready once, though it may be stopping now. */
  readonly wasReady: boolean;
  becomeReady(): void;
  /** It will not be ready any more. */
  stop(): void;
  /** Resolves when ready; rejects with `NotReadyError` or, after `timeoutMs`, `ReadyTimeoutError`. */
  wait(timeoutMs: number | undefined): Promise<void>;
}

/** Creates the readiness of a service that has not come up; `startingNames` tells whom a time-out was waiting for. */
export function createReadiness(clock: Clock, startingNames: () => readonly string[]): Readiness {
  const waiting = new Set<{ resolve(): void; reject(error: Error): void }>();
  let state: 'not-yet' | 'ready' | 'never' = 'not-yet';
  let wasReady = false;
  return {
    get isReady() {
      return state === 'ready';
    },
    get wasReady() {
      return wasReady;
    },
    becomeReady() {
      if (state === 'never') return;
      state = 'ready';
      wasReady = true;
      for (const waiter of waiting) waiter.resolve();
    },
    stop() {
      state = 'never';
      for (const waiter of waiting) waiter.reject(notReady());
    },
    wait(timeoutMs) {
      if (state === 'ready') return Promise.resolve();
      if (state === 'never') return Promise.reject(notReady());
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          timer?.cancel();
          waiting.delete(waiter);
        };
        const waiter = {
          resolve: () => {
            leave();
            resolve();
          },
          reject: (error: Error) => {
            leave();
            reject(error);
          },
        };
        const timer =
          timeoutMs === undefined
            ? undefined
            : clock.setTimer(
                () => waiter.reject(new ReadyTimeoutError(timeoutMs, startingNames())),
                timeoutMs,
              );
        waiting.add(waiter);
      });
    },
  };
}

function notReady(): NotReadyError {
  return new NotReadyError('the service stopped before it was ready, or is stopping');
}
