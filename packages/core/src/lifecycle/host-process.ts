import { isMainThread } from 'node:worker_threads';
import type { SignalModes } from '../options/lifecycle-options.js';
import type { ResolvedLifecycleOptions } from '../options/resolve-lifecycle-options.js';
import { type OutputStream, tolerateBrokenOutput } from '../process/broken-output.js';
import { type CrashOrigin, watchCrashes } from '../process/crash.js';
import { keepAlive } from '../process/keep-alive.js';
import { listenToStopSignals, type SignalTarget } from '../process/stop-signals.js';
import { startWatchdog, type Watchdog, type WatchdogOptions } from '../process/watchdog.js';
import { noObserver, type StopObserver } from '../stop/stop-observer.js';

/** Everything a lifecycle has registered with the process around it. */
export interface HostProcess {
  /** `start()` or `run()` was called, maybe one after the other: registers what is wanted and not there yet. */
  attach(isRun: boolean): void;
  /**
   * Has the watchdog there, if one is wanted, and returns its observer. To be called when the service has started, of which its
   * thread is no part, or when a stop begins before that.
   */
  watch(): StopObserver;
  /**
   * A stop has begun: it goes on when nobody reads the output any more. A host program that has kept crashes and the
   * end of the process to itself keeps this too.
   */
  outliveOutput(endsProcess: boolean): void;
  /** Gives everything back. */
  detach(): void;
}

/** Whom the process tells. */
export interface HostPorts extends SignalTarget {
  crashed(error: unknown, origin: CrashOrigin, mode: 'graceful' | 'last-ditch'): void;
  outputBroken(stream: OutputStream, error: Error): void;
  readonly watchdog: Pick<WatchdogOptions, 'nodes' | 'snapshot'>;
}

/** Prepares what may be registered; nothing is, before `attach`. */
export function createHostProcess(options: ResolvedLifecycleOptions, ports: HostPorts): HostProcess {
  const givenBack = new Map<string, () => void>();
  let watchdog: Watchdog | undefined;
  let wantsWatchdog = false;

  const register = (what: string, isWanted: boolean, begin: () => () => void): void => {
    if (isWanted && !givenBack.has(what)) givenBack.set(what, begin());
  };

  const listenToSignals = (modes: SignalModes): (() => void) => {
    const { clock, signalSource: source, signalDebounceMs: debounceMs } = options;
    return listenToStopSignals({ modes, debounceMs, source, clock }, ports);
  };

  const startTheWatchdog = (): (() => void) => {
    const { name: service, reportFile, clock, logger } = options;
    const started = startWatchdog({ service, reportFile, clock, logger, ...ports.watchdog });
    watchdog = started;
    return () => started.disarm();
  };

  return {
    attach(isRun) {
      const { signals, exit = isRun, crash = isRun ? 'last-ditch' : false } = options;
      if (signals !== false) register('signals', true, () => listenToSignals(signals));
      // In a worker thread it would end the whole process: the main thread's own is there for that.
      wantsWatchdog ||= options.watchdog ?? (exit && isMainThread);
      if (crash !== false) {
        register('crashes', true, () => watchCrashes((error, origin) => ports.crashed(error, origin, crash)));
      }
      register('keep-alive', isRun, keepAlive);
    },
    watch() {
      register('watchdog', wantsWatchdog, startTheWatchdog);
      return watchdog?.observer ?? noObserver;
    },
    outliveOutput(endsProcess) {
      // Caught as a crash, a broken output would be logged to the broken output, and so on without an end.
      register('output', endsProcess || givenBack.has('crashes'), () =>
        tolerateBrokenOutput((stream, error) => ports.outputBroken(stream, error)),
      );
    },
    detach() {
      for (const giveBack of givenBack.values()) giveBack();
      givenBack.clear();
    },
  };
}
