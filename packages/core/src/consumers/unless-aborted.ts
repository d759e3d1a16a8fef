/**
 * Waits for a promise, unless a signal aborts first: false then. Whoever is aborted has no use for its error.
 *
 * What waits again and again for something that happens at the end of a consumer's life waits with this. `Promise.race`
 * with a promise for it would leave a reaction behind each time, for as long as that promise lives.
 */
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
