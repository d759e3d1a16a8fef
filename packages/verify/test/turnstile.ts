/** Lets so many pieces of work through at a time; the others wait in line. */
export function createTurnstile(width: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const line: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside < width) inside += 1;
    else await new Promise<void>((resolve) => line.push(resolve));
    try {
      return await work();
    } finally {
      // Whoever is first in line takes the place over.
      const next = line.shift();
      if (next === undefined) inside -= 1;
      else next();
    }
  };
}
