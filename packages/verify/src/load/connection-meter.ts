import type { ConnectionSample } from './assignment.js';
import type { RunClock } from './monotonic-clock.js';

/** Counts the client's open connections, and keeps a bounded series of the count for the plot. */
export interface ConnectionMeter {
  opened(): void;
  closed(): void;
  sample(): void;
  samples(): readonly ConnectionSample[];
}

const mostSamples = 2_000;

export function createConnectionMeter(clock: RunClock): ConnectionMeter {
  let open = 0;
  const samples: ConnectionSample[] = [];
  return {
    opened: () => {
      open += 1;
    },
    closed: () => {
      open -= 1;
    },
    sample: () => {
      const last = samples.at(-1);
      if (samples.length < mostSamples && last?.[1] !== open) samples.push([clock.nowUs(), open]);
    },
    samples: () => samples,
  };
}
