/** Counts the connections of the last part of a time whose end is not known before. */
export interface LateConnections {
  arrived(nowMs: number): void;
  /** How many came in the last fifth of the time from the beginning until now. */
  count(nowMs: number): number;
}

/** A connection in the last fifth of `announce` comes from a balancer that has had four fifths of it to hear. */
const lateShare = 0.2;
/** A shorter time says nothing about routing, in milliseconds. */
const shortestMs = 100;

/** Begins to count. Keeps no more than the arrivals of the last fifth: what is too early now stays so. */
export function countLateConnections(begunMs: number): LateConnections {
  let arrivals: number[] = [];
  let early = 0;

  const pass = (nowMs: number): void => {
    const lateFromMs = nowMs - (nowMs - begunMs) * lateShare;
    while (early < arrivals.length && (arrivals[early] ?? 0) < lateFromMs) early += 1;
    if (early * 2 <= arrivals.length) return;
    arrivals = arrivals.slice(early);
    early = 0;
  };
  return {
    arrived(nowMs) {
      arrivals.push(nowMs);
      pass(nowMs);
    },
    count(nowMs) {
      if (nowMs - begunMs < shortestMs) return 0;
      pass(nowMs);
      return arrivals.length - early;
    },
  };
}
