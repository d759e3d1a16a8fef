import type { ControlEvent, ControlStatus } from '@quiesce/control/client';
import type { Phase, PhaseOutcome, ShutdownReport } from '@quiesce/core';
import { describeEvent } from '../stop/describe-event.js';

/** One phase of the stop that is watched. */
export interface WatchedPhase {
  readonly phase: Phase;
  readonly startedMs: number;
  readonly budgetMs: number;
  /** Set when it is over. */
  readonly end?: { readonly durationMs: number; readonly outcome: PhaseOutcome };
}

/** What is known of a service that is watched. All times are of the watcher's clock. */
export interface WatchModel {
  readonly isConnected: boolean;
  /** Since when. */
  readonly sinceMs: number;
  /** Why nobody answers, in words. */
  readonly why: string | undefined;
  readonly status: ControlStatus | undefined;
  readonly statusMs: number;
  readonly phases: readonly WatchedPhase[];
  /** What was told lately, the newest last. */
  readonly told: readonly string[];
  readonly report: ShutdownReport | undefined;
}

/** What changes it: something that the service tells, or the end of the connection. */
export type WatchEvent = ControlEvent | { readonly type: 'lost'; readonly why: string };

const mostTold = 5;

/** Before anything is known. */
export function createWatchModel(nowMs: number): WatchModel {
  return {
    isConnected: false,
    sinceMs: nowMs,
    why: undefined,
    status: undefined,
    statusMs: nowMs,
    phases: [],
    told: [],
    report: undefined,
  };
}

/** The model after an event. */
export function updateWatchModel(model: WatchModel, event: WatchEvent, nowMs: number): WatchModel {
  switch (event.type) {
    case 'lost':
      return model.isConnected || model.why !== event.why
        ? { ...model, isConnected: false, sinceMs: model.isConnected ? nowMs : model.sinceMs, why: event.why }
        : model;
    case 'status':
      return takeStatus(model, event.status, nowMs);
    case 'report':
      return { ...model, report: event.report };
    case 'phase-start':
      return {
        ...model,
        phases: [...model.phases, { phase: event.phase, startedMs: nowMs, budgetMs: event.budgetMs }],
      };
    case 'phase-end':
      return { ...model, phases: endPhase(model.phases, event, nowMs) };
    default:
      return tell(model, event);
  }
}

/** A process that was not there before is another service run, of which nothing is known yet. */
function takeStatus(model: WatchModel, status: ControlStatus, nowMs: number): WatchModel {
  const isSame =
    model.status?.process.pid === status.process.pid &&
    model.status.process.startTicks === status.process.startTicks;
  const before = isSame ? model : createWatchModel(nowMs);
  const sinceMs = isSame && model.isConnected ? model.sinceMs : nowMs;
  return { ...before, isConnected: true, why: undefined, sinceMs, status, statusMs: nowMs };
}

function endPhase(
  phases: readonly WatchedPhase[],
  { phase, durationMs, outcome }: Extract<ControlEvent, { type: 'phase-end' }>,
  nowMs: number,
): readonly WatchedPhase[] {
  const end = { durationMs, outcome };
  const isThere = phases.some((each) => each.phase === phase);
  if (!isThere) return [...phases, { phase, startedMs: nowMs - durationMs, budgetMs: durationMs, end }];
  return phases.map((each) => (each.phase === phase ? { ...each, end } : each));
}

function tell(model: WatchModel, event: ControlEvent): WatchModel {
  const line = describeEvent(event)?.trim();
  return line === undefined ? model : { ...model, told: [...model.told, line].slice(-mostTold) };
}
