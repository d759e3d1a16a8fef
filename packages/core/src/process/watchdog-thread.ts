import type { Phase } from '../contract/phases.js';
import type { ShutdownReport } from '../contract/report.js';
import type { WatchdogCells } from './watchdog-cells.js';
import type { completeReport, UnendedHook, WatchdogSnapshot } from './watchdog-report.js';

/** What the watchdog's thread is started with. */
export interface WatchdogData extends WatchdogCells {
  readonly service: string;
  readonly reportFile: string | undefined;
  readonly phases: readonly Phase[];
}

/**
 * The body of the watchdog's thread. It sleeps until the deadline in the shared cells; when that has passed it
 * writes the report that the main thread can't write any more, and ends the process.
 *
 * The function is sent to the thread as text, so that no bundler can lose it: it must not name anything outside
 * itself. What it needs comes as an argument, as text as well.
 */
export function watchdogThread(complete: typeof completeReport, kill: (control: Int32Array) => void): void {
  const threads = process.getBuiltinModule('node:worker_threads');
  const fs = process.getBuiltinModule('node:fs');
  const { control, deadline, running, phases, service, reportFile } = threads.workerData as WatchdogData;
  const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

  const takeSnapshot = (): WatchdogSnapshot | undefined => {
    let last: WatchdogSnapshot | undefined;
    const take = () => threads.parentPort && threads.receiveMessageOnPort(threads.parentPort);
    for (let next = take(); next; next = take()) last = next.message as WatchdogSnapshot;
    return last;
  };

  const findHooks = (components: readonly string[]): { hooks: UnendedHook[]; isInCall: boolean } => {
    const find = (index: number, phaseNumber: number): UnendedHook[] => {
      const component = components[index];
      const phase = phases[phaseNumber];
      return component === undefined || phase === undefined ? [] : [{ component, phase }];
    };
    const called = find(Atomics.load(control, 1), Atomics.load(control, 2));
    if (called.length > 0) return { hooks: called, isInCall: true };
    return { hooks: Array.from(running, (each, index) => find(index, each - 1)).flat(), isInCall: false };
  };

  const writeReport = async (report: ShutdownReport): Promise<void> => {
    if (reportFile === undefined) return;
    const draft = `${reportFile}.${process.pid}`;
    try {
      await fs.promises.writeFile(draft, `${JSON.stringify(report, null, 2)}\n`);
      await fs.promises.rename(draft, reportFile);
    } catch {
      await fs.promises.rm(draft, { force: true });
    }
  };

  const tell = async (snapshot: WatchdogSnapshot): Promise<void> => {
    const found = findHooks(snapshot.components);
    const { report, message } = complete({ ...found, snapshot, nowMs: nowMs(), pid: process.pid });
    await writeReport(report);
    const line = `quiesce ${service}: ${message}; ending the process\n`;
    await new Promise((resolve) => fs.write(2, line, resolve));
  };

  const watch = (): void => {
    for (;;) {
      const generation = Atomics.load(control, 0);
      const leftMs = (deadline[0] ?? Number.POSITIVE_INFINITY) - nowMs();
      if (leftMs <= 0) break;
      Atomics.wait(control, 0, generation, leftMs);
    }
    // A disk that hangs, or a terminal that was paused, must not keep the process.
    setTimeout(() => kill(control), 1_000);
    const snapshot = takeSnapshot();
    void (snapshot === undefined ? Promise.resolve() : tell(snapshot)).finally(() => kill(control));
  };
  // First the collection of garbage that the thread's own start has asked for: left undone, it is done when the thread
  // is ended, and the process waits for that.
  setImmediate(() => setImmediate(watch));
}

/** Ends the process from its watchdog's thread. Sent to the thread as text too. */
export function killFromThread(control: Int32Array): void {
  process.kill(process.pid, 'SIGKILL');
  // As PID 1 of a container the process is deaf to its own SIGKILL (pid_namespaces(7)); a trap is what is left.
  Atomics.wait(control, 0, Atomics.load(control, 0), 100);
  process.getBuiltinModule('node:v8').setFlagsFromString('--allow-natives-syntax');
  process.getBuiltinModule('node:vm').runInThisContext('%Abort(0)');
}
