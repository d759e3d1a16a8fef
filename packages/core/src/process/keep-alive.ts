/** Keeps the process alive until the returned function is called, whatever else it has to do. */
export function keepAlive(): () => void {
  const longestDelayMs = 2_147_483_647;
  const timer = setInterval(() => {}, longestDelayMs);
  return () => clearInterval(timer);
}
