/** Waits for a promise, unless a signal aborts first: false then. Whoever is aborted has no use for its error. */
export async function unlessAborted(signal: AbortSignal, promise: Promise<unknown>): Promise<boolean> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return false;
  }
  let settle: (() => void) | undefined;
  const aborted = new Promise<boolean>((resolve) => {
    settle = () => resolve(false);
    signal.addEventListener('abort', settle);
  });
  try {
    return await Promise.race([promise.then(() => true), aborted]);
  } finally {
    if (settle !== undefined) signal.removeEventListener('abort', settle);
  }
}
