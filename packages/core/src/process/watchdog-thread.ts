import type { ShutdownReport } from '../contract/report.js';

/** What the watchdog's thread is started with. */
export interface WatchdogData {
  readonly service: string;
  readonly reportFile: string | undefined;
  /** See {@link watchdogCells}. */
  readonly cells: SharedArrayBuffer;
  /** How many 4-byte cells there are. */
  readonly cellCount: number;
  readonly phases: readonly string[];
}

/** What the main thread sends when a phase begins: the report as it stands, and who the numbers in the cells mean. */
export interface WatchdogSnapshot {
  readonly report: ShutdownReport;
  readonly components: readonly string[];
}

/**
 * The body of the watchdog's thread. It sleeps until the deadline in the shared cells; when that has passed it
 * writes the report that the main thread can't write any more, and ends the process.
 *
 * The function is sent to the thread as text, so that no bundler can lose it: it must not name anything outside
 * itself.
 */
export function watchdogThread(): void {
  const threads = process.getBuiltinModule('node:worker_threads');
  const fs = process.getBuiltinModule('node:fs');
  const data = threads.workerData as WatchdogData;
  const cells = new Int32Array(data.cells, 0, data.cellCount);
  const deadline = new Float64Array(data.cells, data.cellCount * 4, 1);

  const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

  const lastSnapshot = (): WatchdogSnapshot | undefined => {
    let last: WatchdogSnapshot | undefined;
    const port = threads.parentPort;
    for (
      let next = port && threads.receiveMessageOnPort(port);
      next;
      next = port && threads.receiveMessageOnPort(port)
    ) {
      last = next.message as WatchdogSnapshot;
    }
    return last;
  };

  /** Who was being called when the event loop stopped turning, in words. */
  const blocker = (components: readonly string[]): { component?: string; where: string } => {
    const index = Atomics.load(cells, 1);
    const phase = data.phases[Atomics.load(cells, 2)] ?? 'unknown';
    const component = components[index];
    if (component === undefined) return { where: `during ${phase}, outside the call of any hook` };
    return { component, where: `in the ${phase} hook of "${component}"` };
  };

  const writeReport = (snapshot: WatchdogSnapshot, component: string | undefined, message: string): void => {
    const { report } = snapshot;
    const climb = { from: report.mode.reached, to: 'force', cause: 'watchdog', atMs: report.timeoutMs };
    const note = { ...(component === undefined ? {} : { component }), code: 'watchdog', message };
    const forced = {
      ...report,
      durationMs: report.timeoutMs,
      mode: { ...report.mode, reached: 'force', climbs: [...report.mode.climbs, climb] },
      outcome: 'forced',
      exit: { code: 137, rule: 'ended by the watchdog' },
      notes: [...report.notes, note],
    };
    if (data.reportFile !== undefined)
      fs.writeFileSync(data.reportFile, `${JSON.stringify(forced, null, 2)}\n`);
  };

  const endProcess = (): void => {
    const snapshot = lastSnapshot();
    const { component, where } = blocker(snapshot?.components ?? []);
    const message = `the event loop was blocked past the deadline ${where}`;
    try {
      fs.writeSync(2, `quiesce ${data.service}: ${message}; ending the process\n`);
      if (snapshot !== undefined) writeReport(snapshot, component, message);
    } finally {
      process.kill(process.pid, 'SIGKILL');
      // As PID 1 of a container the process is deaf to its own SIGKILL (pid_namespaces(7)); a trap is what is left.
      Atomics.wait(cells, 0, Atomics.load(cells, 0), 100);
      process.getBuiltinModule('node:v8').setFlagsFromString('--allow-natives-syntax');
      process.getBuiltinModule('node:vm').runInThisContext('%Abort(0)');
    }
  };

  for (;;) {
    const generation = Atomics.load(cells, 0);
    const leftMs = (deadline[0] ?? Number.POSITIVE_INFINITY) - nowMs();
    if (leftMs <= 0) endProcess();
    Atomics.wait(cells, 0, generation, leftMs);
  }
}
