import type { LameDuckPace } from '../contract/component.js';
import { compareModes, type StopMode } from '../contract/modes.js';
import type { Climb } from '../contract/report.js';
import type { Clock } from '../ports/clock.js';
import { roundMs } from '../report/round-ms.js';
import type { StopPlan } from './plan.js';

/** The mode of one stop, which only ever climbs. */
export interface Ladder {
  readonly mode: StopMode;
  readonly climbs: readonly Climb[];
  /** The pacing of a lame duck; undefined in every other mode. */
  readonly lameDuck: LameDuckPace | undefined;
  /** Climbs to `to` and tells it, when that is stronger than the mode in force. */
  climb(to: StopMode, cause: string): boolean;
}

/** What a ladder needs: the time, the plan of the lame duck, and whom to tell. */
export interface LadderPorts {
  readonly clock: Clock;
  readonly startedMs: number;
  readonly plan: StopPlan;
  climbed(climb: Climb): void;
}

/** Creates the ladder of a stop that begins in `mode`. */
export function createLadder(initial: StopMode, ports: LadderPorts): Ladder {
  const climbs: Climb[] = [];
  const pace = new AbortController();
  let mode = initial;
  return {
    get mode() {
      return mode;
    },
    climbs,
    get lameDuck() {
      if (mode !== 'lame-duck') return undefined;
      return { durationMs: ports.plan.lameDuckMs, graceMs: ports.plan.lameDuckGraceMs, signal: pace.signal };
    },
    climb(to, cause) {
      if (compareModes(to, mode) <= 0) return false;
      const climb: Climb = { from: mode, to, cause, atMs: roundMs(ports.clock.now() - ports.startedMs) };
      climbs.push(climb);
      mode = to;
      pace.abort();
      ports.climbed(climb);
      return true;
    },
  };
}
