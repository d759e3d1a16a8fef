/**
 * Ends this process. The only place that does: `exit` handlers run (loggers flush there), which a signal to
 * ourselves would skip, and which as PID 1 would do nothing at all. Whoever awaits the report goes on first.
 */
export function endProcess(code: number): void {
  setImmediate(() => process.exit(code));
}
