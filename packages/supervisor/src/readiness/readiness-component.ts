import type { HealthCheck } from '@quiesce/control';
import type { Clock, Component, StartContext } from '@quiesce/core';
import type { Child } from '../child/spawn-child.js';
import { watchLines } from '../child/watch-lines.js';
import { ChildNotReadyError } from '../errors.js';
import { type FileBefore, lookAtFile } from './ask.js';
import { describeReadiness, type ResolvedReadiness } from './readiness-options.js';
import { askInTime, waitUntilReady } from './wait-until-ready.js';

/** What readiness is told by. */
export interface ReadinessPorts {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The child; it has been started when readiness is waited for. */
  child(): Child | undefined;
}

/** The readiness of a supervised command. */
export interface Readiness {
  /** Starts when the command is ready; fails when it is not in time, so that the whole service stops. */
  readonly component: Component;
  /** For the probes, while it runs; none where there is nothing that could be asked again. */
  readonly checks: readonly HealthCheck[];
  /** To be called before the command is started. */
  prepare(): void;
}

/** Creates the readiness of a command. */
export function createReadiness(readiness: ResolvedReadiness, ports: ReadinessPorts): Readiness {
  const { clock, timeoutMs } = ports;
  let before: FileBefore = '';

  const start = async ({ signal }: StartContext): Promise<void> => {
    const child = ports.child();
    if (child === undefined) return;
    const givenUp = new AbortController();
    const late = clock.setTimer(() => {
      const what = describeReadiness(readiness);
      givenUp.abort(
        new ChildNotReadyError(`the command was not ready after ${timeoutMs} ms; it takes ${what}`),
      );
    }, timeoutMs);
    void child.exited.then(() =>
      givenUp.abort(new ChildNotReadyError('the command ended before it was ready')),
    );
    const either = AbortSignal.any([signal, givenUp.signal]);
    try {
      if (readiness.kind === 'log') await waitForLine(child, readiness.pattern, either);
      else await waitUntilReady(readiness, { clock, signal: either, before });
    } finally {
      late.cancel();
    }
  };

  const checks: readonly HealthCheck[] =
    readiness.kind === 'log'
      ? []
      : [{ name: 'child', check: ({ signal }) => askInTime(readiness, before, { clock, signal }) }];

  return {
    component: { name: 'readiness', start },
    checks,
    prepare() {
      if (readiness.kind === 'file') before = lookAtFile(readiness.path);
    },
  };
}

function waitForLine({ stdout, stderr }: Child, pattern: RegExp, signal: AbortSignal): Promise<void> {
  const streams = [stdout, stderr].filter((stream) => stream !== null);
  return new Promise((resolve, reject) => {
    const stop = watchLines(streams, pattern, () => resolve());
    const giveUp = (): void => {
      stop();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
  });
}
