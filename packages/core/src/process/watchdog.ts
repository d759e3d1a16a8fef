import { Worker } from 'node:worker_threads';
import type { ComponentNode } from '../components/component-node.js';
import { type Phase, phaseRules } from '../contract/phases.js';
import type { ShutdownReport } from '../contract/report.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { StopObserver } from '../stop/stop-observer.js';
import { controlCells, createWatchdogCells, nobody, type WatchdogCells } from './watchdog-cells.js';
import { completeReport, type WatchdogSnapshot } from './watchdog-report.js';
import { killFromThread, type WatchdogData, watchdogThread } from './watchdog-thread.js';

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
const numberOf = (phase: Phase): number => phaseNames.indexOf(phase);

/**
 * Starts the watchdog's thread. It is started when the service has started, not with the stop, unless that comes before:
 * a stop must not depend on a thread that can't be had any more when memory is short. It sleeps on a futex and costs no time until then.
 */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  const cells = createWatchdogCells();
  const { control, deadline } = cells;
  const thread = startThread(options, cells);

  const wake = (): void => {
    Atomics.add(control, controlCells.generation, 1);
    Atomics.notify(control, controlCells.generation);
  };

  return {
    observer: {
      deadlineSet(atMs) {
        deadline[0] = kernelNowMs() + (atMs - options.clock.now()) + graceMs;
        wake();
      },
      phaseBegun(phase, budgetMs) {
        const snapshot = takeSnapshot(options, phase, budgetMs);
        if (snapshot !== undefined) post(thread, snapshot, options.logger);
      },
      ...observeHooks(cells),
    },
    disarm() {
      deadline[0] = Number.POSITIVE_INFINITY;
      wake();
      void thread?.terminate();
    },
  };
}

/** The two threads' own clocks have different zeros; the kernel's monotonic clock is one for both. */
function kernelNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function takeSnapshot(
  options: WatchdogOptions,
  phase: Phase,
  budgetMs: number,
): WatchdogSnapshot | undefined {
  const report = options.snapshot();
  if (report === undefined) return undefined;
  const components = options.nodes.map((node) => node.name);
  return { report, takenMs: kernelNowMs(), phase, budgetMs, components };
}

function post(thread: Worker | undefined, snapshot: WatchdogSnapshot, logger: Logger): void {
  try {
    thread?.postMessage(snapshot);
  } catch (error) {
    // A component may have put anything into the report; what can't be sent must not stop the stop.
    logger.warn({ err: error }, `the watchdog has no report of ${snapshot.phase}: ${String(error)}`);
  }
}

function observeHooks({
  control,
  running,
}: WatchdogCells): Pick<StopObserver, 'hookCalled' | 'hookReturned' | 'hookEnded'> {
  return {
    hookCalled(node, phase) {
      Atomics.store(control, controlCells.calledPhase, numberOf(phase));
      Atomics.store(control, controlCells.calledComponent, node.index);
      if (node.index < running.length) Atomics.store(running, node.index, 1 + numberOf(phase));
    },
    hookReturned() {
      Atomics.store(control, controlCells.calledComponent, nobody);
    },
    hookEnded(node, phase) {
      // A late hook of an earlier phase may end while the next one runs.
      if (node.index < running.length) Atomics.compareExchange(running, node.index, 1 + numberOf(phase), 0);
    },
  };
}

function startThread(options: WatchdogOptions, cells: WatchdogCells): Worker | undefined {
  const { service, reportFile, logger } = options;
  const workerData: WatchdogData = { service, reportFile, ...cells, phases: phaseNames };
  // esbuild's `keepNames` puts calls of this one into every function.
  const [body, ...args] = [watchdogThread, completeReport, killFromThread].map(String);
  const text = `const __name = (target) => target; (${body})(${args.join(', ')})`;
  const failed = (error: unknown): void => {
    logger.warn({ err: error }, `the watchdog's thread does not run: ${String(error)}`);
  };
  try {
    const thread = new Worker(text, {
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
