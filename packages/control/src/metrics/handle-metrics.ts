import type { Clock } from '@quiesce/core';
import { describeError } from '../describe-error.js';
import type { Handler } from '../server/call.js';
import { Problem } from '../server/problem.js';
import { sendText } from '../server/respond.js';
import type { Exposition } from './registry.js';

/** Scrapes have 10 s by default, so that a collector that hangs is said before they give up. In milliseconds. */
const collectTimeoutMs = 5_000;

/** Creates the handler of `/metrics`. */
export function createMetricsHandler(exposition: Exposition, clock: Clock): Handler {
  return async ({ response }) => {
    const text = await collect(exposition, clock);
    sendText(response, 200, exposition.contentType, text);
  };
}

function collect(exposition: Exposition, clock: Clock): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Problem('metrics-unavailable', why));
    const timer = clock.setTimer(() => fail(`not collected within ${collectTimeoutMs} ms`), collectTimeoutMs);
    exposition
      .render()
      .then(resolve, (error: unknown) => fail(describeError(error)))
      .finally(() => timer.cancel());
  });
}
