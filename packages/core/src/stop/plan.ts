import type { Phase } from '../contract/phases.js';
import { PlanError } from '../errors.js';

/** The times of a stop, in milliseconds; all fit together. */
export interface StopPlan {
  readonly timeoutMs: number;
  readonly announceMs: number;
  readonly lameDuckMs: number;
  readonly lameDuckGraceMs: number;
  /** The time that no earlier phase may use. */
  readonly reserveMs: Readonly<Partial<Record<Phase, number>>>;
}

/** The times somebody asked for; what is not there is worked out. */
export interface PlanWishes {
  readonly timeoutMs: number;
  readonly announceMs: number;
  readonly lameDuckMs: number | undefined;
  readonly lameDuckGraceMs: number | undefined;
  readonly persistMs: number | undefined;
  readonly releaseMs: number | undefined;
}

const defaultReserveMs = { persist: 5_000, release: 2_000, exit: 500 } as const;
const defaultLameDuckMs = 10_000;
const defaultLameDuckGraceMs = 1_000;
/** The share of the time before the reserves that a lame duck takes at most, so that a drain can follow it. */
const lameDuckShare = 0.8;
/** The share of the timeout that all reserves together may take when they were not asked for. */
const reservesShare = 0.5;

/**
 * Divides the timeout over the phases.
 * @throws PlanError when what was asked for cannot fit
 */
export function resolvePlan(wishes: PlanWishes): StopPlan {
  const { timeoutMs, announceMs } = wishes;
  const scaled = scaleReserves(defaultReserveMs, timeoutMs);
  const reserveMs = {
    persist: wishes.persistMs ?? scaled.persist,
    release: wishes.releaseMs ?? scaled.release,
    exit: scaled.exit,
  };
  const leftMs = timeoutMs - announceMs - sum(reserveMs);
  if (leftMs <= 0) {
    throw new PlanError(
      `announceMs ${announceMs} + reserves ${round(sum(reserveMs))} (persist ${round(reserveMs.persist)}, release ` +
        `${round(reserveMs.release)}, exit ${round(reserveMs.exit)}) leave nothing of timeoutMs ${timeoutMs} for the drain`,
    );
  }
  const lameDuckMs = wishes.lameDuckMs ?? Math.min(defaultLameDuckMs, leftMs * lameDuckShare);
  const lameDuckGraceMs = wishes.lameDuckGraceMs ?? Math.min(defaultLameDuckGraceMs, lameDuckMs / 2);
  if (lameDuckMs > leftMs) {
    throw new PlanError(
      `lameDuckMs ${lameDuckMs} does not fit: timeoutMs ${timeoutMs} less announceMs ${announceMs} and reserves ` +
        `${round(sum(reserveMs))} leaves ${round(leftMs)}`,
    );
  }
  if (lameDuckGraceMs >= lameDuckMs) {
    throw new PlanError(
      `lameDuckGraceMs ${lameDuckGraceMs} must be less than lameDuckMs ${round(lameDuckMs)}`,
    );
  }
  return { timeoutMs, announceMs, lameDuckMs, lameDuckGraceMs, reserveMs };
}

/** Fits a plan into the shorter (or longer) time that one request brings; a stop is never refused for that. */
export function fitPlan(plan: StopPlan, timeoutMs: number): StopPlan {
  const reserveMs = scaleReserves(plan.reserveMs, timeoutMs);
  const beforeReservesMs = timeoutMs - sum(reserveMs);
  const announceMs = Math.min(plan.announceMs, beforeReservesMs / 2);
  const lameDuckMs = Math.min(plan.lameDuckMs, (beforeReservesMs - announceMs) * lameDuckShare);
  const lameDuckGraceMs = Math.min(plan.lameDuckGraceMs, lameDuckMs / 2);
  return { timeoutMs, announceMs, lameDuckMs, lameDuckGraceMs, reserveMs };
}

/** Scales reserves down together until they take no more than their share of the timeout. */
function scaleReserves<Reserves extends Readonly<Partial<Record<Phase, number>>>>(
  reserves: Reserves,
  timeoutMs: number,
): Reserves {
  const factor = Math.min(1, (timeoutMs * reservesShare) / Math.max(1, sum(reserves)));
  return Object.fromEntries(Object.entries(reserves).map(([phase, ms]) => [phase, ms * factor])) as Reserves;
}

function sum(reserves: Readonly<Partial<Record<Phase, number>>>): number {
  return Object.values(reserves).reduce((total, ms) => total + ms, 0);
}

function round(ms: number): number {
  return Math.round(ms);
}
