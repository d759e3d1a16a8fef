/** What an uncaught failure was. */
export type CrashOrigin = 'uncaughtException' | 'unhandledRejection';

/** Calls `crashed` for every uncaught exception and unhandled rejection, until the returned function is called. */
export function watchCrashes(crashed: (error: unknown, origin: CrashOrigin) => void): () => void {
  const onException = (error: unknown): void => crashed(error, 'uncaughtException');
  const onRejection = (error: unknown): void => crashed(error, 'unhandledRejection');
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', onException);
    process.off('unhandledRejection', onRejection);
  };
}
