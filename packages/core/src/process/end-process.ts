import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

/** How long the reader of the output gets even when the deadline has passed, in milliseconds. */
const leastFlushMs = 100;
/** How long it gets at most, in milliseconds: who takes longer does not read any more. */
const longestFlushMs = 5_000;

/**
 * Ends this process. The only place that does: `exit` handlers run (loggers flush there), which a signal to
 * ourselves would skip, and which as PID 1 would do nothing at all. Whoever awaits the report goes on first.
 *
 * What was written to the standard output and the standard error leaves the process before: `process.exit` drops what
 * a pipe has not taken yet, which is all but the first 64 KiB when its reader is slow.
 *
 * @param leftMs the time that is left of the stop, in milliseconds
 */
export function endProcess(code: number, clock: Clock, leftMs: number, logger: Logger): void {
  setImmediate(() => {
    const end = (): void => {
      try {
        process.exit(code);
      } catch (error) {
        // An `exit` handler threw: the rest of them was skipped, and with our crash handlers the process would go on.
        logger.error({ err: error }, `a handler of the process's "exit" event threw: ${String(error)}`);
        process.exit(code);
      }
    };
    const timer = clock.setTimer(end, Math.min(Math.max(leftMs, leastFlushMs), longestFlushMs));
    void Promise.all([process.stdout, process.stderr].map(flush)).then(() => {
      timer.cancel();
      end();
    });
  });
}

/** Resolves when a stream has nothing left to write, or can't write it. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.on('error', () => resolve());
    stream.write('', () => resolve());
  });
}
