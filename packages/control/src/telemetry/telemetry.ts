import type { ShutdownReport, Stoppable } from '@quiesce/core';
import { measureStop } from './stop-instruments.js';
import { traceStop } from './stop-spans.js';

/** What OpenTelemetry is told. */
export interface Telemetry {
  /** The stop has come to its end. */
  finished(report: ShutdownReport): void;
  close(): void;
}

/** Where the API keeps what was registered with it. Source: opentelemetry-js, api/src/internal/global-utils.ts. */
const globalApi: unique symbol = Symbol.for('opentelemetry.js.api.1');

/**
 * Tells OpenTelemetry about the stop, when the process has set it up by now: loading the API for nothing would cost
 * several MiB. Undefined when there is nobody to tell.
 */
export async function startTelemetry(
  stoppable: Stoppable,
  { telemetry }: { readonly telemetry: boolean },
): Promise<Telemetry | undefined> {
  if (!telemetry || Reflect.get(globalThis, globalApi) === undefined) return undefined;
  const api = await import('@opentelemetry/api').catch(() => undefined);
  if (api === undefined) return undefined;
  const instruments = measureStop(api, stoppable);
  const spans = traceStop(api, stoppable);
  return {
    finished: (report) => instruments.finished(report),
    close() {
      instruments.close();
      spans.close();
    },
  };
}
