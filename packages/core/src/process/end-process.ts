import { isMainThread } from 'node:worker_threads';
import type { ShutdownReport } from '../contract/report.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { threadsThatEnd } from './ending-threads.js';
import { killFromThread } from './watchdog-thread.js';

/** How long what holds the process gets even when the deadline has passed, in milliseconds. */
const leastMs = 100;
/** The same for worker threads, of which a machine with few processors ends sixty in half a second. */
const leastForThreadsMs = 1_000;
/** How long the reader of the output gets at most, in milliseconds: who takes longer does not read any more. */
const longestFlushMs = 5_000;
/** How often it is looked at whether a thread is free, in milliseconds. */
const lookEveryMs = 5;

/**
 * Requests that a thread of libuv's pool works on and may be stuck in, as `process.getActiveResourcesInfo()` names them
 * (Node.js 20 to 24): a file on a network file system whose server is gone, a FIFO, a name server that does not answer.
 */
const poolRequests: ReadonlySet<string> = new Set([
  'CloseReq',
  'FSReqCallback',
  'FSReqPromise',
  'GetAddrInfoReqWrap',
  'GetNameInfoReqWrap',
]);

/**
 * Ends this process. The only place that does: `exit` handlers run (loggers flush there), which a signal to
 * ourselves would skip, and which as PID 1 would do nothing at all. Whoever awaits the report goes on first.
 *
 * What was written to the standard output and the standard error leaves the process before: `process.exit` drops what
 * a pipe has not taken yet, which is all but the first 64 KiB when its reader is slow.
 *
 * `process.exit` waits for the threads of libuv's pool, for ever where one is stuck. So it is called when they are free; when
 * they still are not at the deadline, `exit` handlers run, and SIGKILL ends the process.
 */
export function endProcess(report: ShutdownReport, clock: Clock, logger: Logger): void {
  const { exit, timeoutMs, durationMs, mode } = report;
  const leftMs = Math.max(timeoutMs - durationMs, leastMs);
  const nowMs = clock.now();
  // Who has forced the end waits for no thread.
  const killAtMs = nowMs + (mode.reached === 'force' ? leastMs : leftMs);
  const killForThreadsAtMs = Math.max(killAtMs, nowMs + leastForThreadsMs);
  const end = (): void => {
    const requests = process.getActiveResourcesInfo().filter((kind) => poolRequests.has(kind));
    const stuck = [...requests, ...threadsThatEnd().map((name) => `the worker thread of ${name}`)];
    // A worker thread ends alone; the process is not its own to kill.
    if (stuck.length === 0 || !isMainThread) exitProcess(exit.code, logger);
    else if (clock.now() < (requests.length > 0 ? killAtMs : killForThreadsAtMs))
      clock.setTimer(end, lookEveryMs);
    else kill(exit.code, stuck, logger);
  };
  setImmediate(() => {
    const timer = clock.setTimer(end, Math.min(leftMs, longestFlushMs));
    void Promise.all([process.stdout, process.stderr].map(flush)).then(() => {
      timer.cancel();
      end();
    });
  });
}

function exitProcess(code: number, logger: Logger): void {
  try {
    process.exit(code);
  } catch (error) {
    // An `exit` handler threw: the rest of them was skipped, and with our crash handlers the process would go on.
    tellThrown(error, logger);
    process.exit(code);
  }
}

function kill(code: number, stuck: readonly string[], logger: Logger): void {
  logger.error(
    { stuck },
    `a thread is stuck in ${stuck.join(', ')}, and the process would wait for it: ending it with SIGKILL`,
  );
  try {
    process.emit('exit', code);
  } catch (error) {
    tellThrown(error, logger);
  }
  killFromThread(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)));
}

function tellThrown(error: unknown, logger: Logger): void {
  logger.error({ err: error }, `a handler of the process's "exit" event threw: ${String(error)}`);
}

/** Resolves when a stream has nothing left to write, or can't write it. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.on('error', () => resolve());
    stream.write('', () => resolve());
  });
}
