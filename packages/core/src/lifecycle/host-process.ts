import type { ResolvedLifecycleOptions } from '../options/resolve-lifecycle-options.js';
import { type OutputStream, tolerateBrokenOutput } from '../process/broken-output.js';
import { type CrashOrigin, watchCrashes } from '../process/crash.js';
import { keepAlive } from '../process/keep-alive.js';
import { listenToStopSignals, type SignalTarget } from '../process/stop-signals.js';
import { startWatchdog, type Watchdog, type WatchdogOptions } from '../process/watchdog.js';
import { noObserver, type StopObserver } from '../stop/stop-observer.js';

/** Everything a lifecycle has registered with the process around it. */
export interface HostProcess {
  readonly observer: StopObserver;
  /** `start()` was called: signals and the watchdog, as far as they are wanted. */
  attach(isRun: boolean): void;
  /** A stop has begun at whose end the process ends: it goes on when nobody reads the output any more. */
  outliveOutput(): void;
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
  const givenBack: (() => void)[] = [];
  let watchdog: Watchdog | undefined;
  let attached = false;

  const listenToSignals = (): void => {
    if (options.signals === false) return;
    const { clock, signalSource: source, signalDebounceMs: debounceMs } = options;
    givenBack.push(listenToStopSignals({ modes: options.signals, debounceMs, source, clock }, ports));
  };

  const startTheWatchdog = (exit: boolean): void => {
    if (!(options.watchdog ?? exit)) return;
    const { name: service, reportFile, clock, logger } = options;
    const started = startWatchdog({ service, reportFile, clock, logger, ...ports.watchdog });
    watchdog = started;
    givenBack.push(() => started.disarm());
  };

  const catchCrashes = (isRun: boolean): void => {
    const mode = options.crash ?? (isRun ? 'last-ditch' : false);
    if (mode === false) return;
    givenBack.push(watchCrashes((error, origin) => ports.crashed(error, origin, mode)));
  };

  return {
    get observer() {
      return watchdog?.observer ?? noObserver;
    },
    attach(isRun) {
      if (attached) return;
      attached = true;
      listenToSignals();
      startTheWatchdog(options.exit ?? isRun);
      catchCrashes(isRun);
      if (isRun) givenBack.push(keepAlive());
    },
    outliveOutput() {
      givenBack.push(tolerateBrokenOutput((stream, error) => ports.outputBroken(stream, error)));
    },
    detach() {
      for (const giveBack of givenBack.splice(0)) giveBack();
    },
  };
}
