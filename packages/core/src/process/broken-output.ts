/** One of the two streams that a process writes to. */
export type OutputStream = 'stdout' | 'stderr';

/**
 * Takes the errors of the standard output and the standard error, until the returned function is called. Their
 * reader may go before the service does: Ctrl-C on `node service.js | tee log` ends `tee` first. Without a listener
 * the next line that is written would be an uncaught `EPIPE`, and a stop that went well would count as a crash.
 *
 * @param broken called once for each stream that can't be written any more
 */
export function tolerateBrokenOutput(broken: (stream: OutputStream, error: Error) => void): () => void {
  const giveBack = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    let told = false;
    const onError = (error: Error): void => {
      if (told) return; // saying so is written too, and fails again
      told = true;
      broken(name, error);
    };
    stream.on('error', onError);
    return () => stream.off('error', onError);
  });
  return () => {
    // The lines written last fail in a later turn of the event loop.
    setImmediate(() => {
      for (const each of giveBack) each();
    });
  };
}
