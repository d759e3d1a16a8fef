import type { Random } from '../plan/random.js';
import type { RunClock } from './monotonic-clock.js';

/**
 * How clients learn that the server is no longer to be used. Each of them (a proxy, a node's kube-proxy) learns it some
 * time after it was decided; until then it goes on sending.
 */
export interface Routing {
  /** One client's view: whether it has been told by now. */
  client(): () => boolean;
  /** The server is taken out of routing now; clients learn of it after delays with this median. */
  withdraw(medianMs: number): void;
}

/**
 * The delay's logarithm is normally distributed with this deviation: with a median of 2 s, one client in a hundred learns
 * of it after 8 s, which is what is seen with kube-proxy and ingress controllers (3 to 15 s).
 */
const sigma = 0.6;
const longestFactor = 6;

export function createRouting(clock: RunClock, random: Random): Routing {
  let withdrawn: { readonly atUs: number; readonly medianMs: number } | undefined;
  return {
    client() {
      const factor = Math.min(longestFactor, Math.exp(sigma * normal(random)));
      return () =>
        withdrawn !== undefined && clock.nowUs() >= withdrawn.atUs + withdrawn.medianMs * factor * 1_000;
    },
    withdraw(medianMs) {
      withdrawn ??= { atUs: clock.nowUs(), medianMs };
    },
  };
}

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
