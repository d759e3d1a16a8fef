const firstMs = 20;
const longestMs = 250;

/** The pause before a client connects again: it doubles with every failure in a row, as real clients do. */
export interface ReconnectDelay {
  nextMs(): number;
  reset(): void;
}

export function createReconnectDelay(): ReconnectDelay {
  let delayMs = firstMs;
  return {
    nextMs() {
      const now = delayMs;
      delayMs = Math.min(longestMs, delayMs * 2);
      return now;
    },
    reset() {
      delayMs = firstMs;
    },
  };
}
