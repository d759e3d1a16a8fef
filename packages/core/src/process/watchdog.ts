import { Worker } from 'node:worker_threads';
import type { ComponentNode } from '../components/component-node.js';
import { phaseRules } from '../contract/phases.js';
import type { ShutdownReport } from '../contract/report.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { StopObserver } from '../stop/stop-observer.js';
import { type WatchdogData, type WatchdogSnapshot, watchdogThread } from './watchdog-thread.js';

/** Ends the process when its event loop is blocked past the deadline of a stop. */
export interface Watchdog {
  readonly observer: StopObserver;
  /** The stop is over, and the process goes on. */
  disarm(): void;
}

/** What a watchdog is started with. */
export interface WatchdogOptions {
  readonly service: string;
  readonly reportFile: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nodes: readonly ComponentNode[];
  /** The report as it stands. */
  snapshot(): ShutdownReport | undefined;
}

/** How long after the deadline the main thread may still be ending the process by itself, in milliseconds. */
const graceMs = 500;
const phaseNames = phaseRules.map(({ name }) => name);
/** The cells shared with the thread: a counter to wake it, the component being called (or -1), and the phase. */
const cellCount = 4;
const nobody = -1;

/**
 * Starts the watchdog's thread. It is started with the service, not with the stop: a stop must not depend on a
 * thread that can't be had any more when memory is short. It sleeps on a futex and costs no time until then.
 */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const buffer = new SharedArrayBuffer(
    cellCount * Int32Array.BYTES_PER_ELEMENT + Float64Array.BYTES_PER_ELEMENT,
  );
  const cells = new Int32Array(buffer, 0, cellCount);
  const deadline = new Float64Array(buffer, cellCount * Int32Array.BYTES_PER_ELEMENT, 1);
  deadline[0] = Number.POSITIVE_INFINITY;
  Atomics.store(cells, 1, nobody);
  const thread = startThread(options, buffer);

  const wake = (): void => {
    Atomics.add(cells, 0, 1);
    Atomics.notify(cells, 0);
  };

  return {
    observer: {
      deadlineSet(atMs) {
        // The two threads' clocks have different zeros; the kernel's monotonic clock is one for both.
        const nowMs = Number(process.hrtime.bigint()) / 1e6;
        deadline[0] = nowMs + (atMs - options.clock.now()) + graceMs;
        wake();
      },
      phaseBegun(phase) {
        Atomics.store(cells, 2, phaseNames.indexOf(phase));
        const report = options.snapshot();
        if (report === undefined) return;
        const components = options.nodes.map((node) => node.name);
        thread?.postMessage({ report, components } satisfies WatchdogSnapshot);
      },
      hookCalled(node, phase) {
        Atomics.store(cells, 2, phaseNames.indexOf(phase));
        Atomics.store(cells, 1, node.index);
      },
      hookReturned() {
        Atomics.store(cells, 1, nobody);
      },
    },
    disarm() {
      deadline[0] = Number.POSITIVE_INFINITY;
      wake();
      void thread?.terminate();
    },
  };
}

function startThread(options: WatchdogOptions, cells: SharedArrayBuffer): Worker | undefined {
  const workerData: WatchdogData = {
    service: options.service,
    reportFile: options.reportFile,
    cells,
    cellCount,
    phases: phaseNames,
  };
  const failed = (error: unknown): void => {
    options.logger.warn({ err: error }, `the watchdog's thread does not run: ${String(error)}`);
  };
  try {
    const thread = new Worker(`(${watchdogThread.toString()})()`, {
      eval: true,
      name: 'quiesce-watchdog',
      workerData,
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    thread.on('error', failed);
    thread.unref();
    return thread;
  } catch (error) {
    failed(error);
    return undefined;
  }
}
