import { compareModes, type StopMode, type Stoppable } from '@quiesce/core';
import type { Role } from '../security/roles.js';
import { Problem } from '../server/problem.js';
import type { ShutdownBody } from './shutdown-body.js';

/** Anybody with less time asks for a forced stop under another name: nothing could be persisted. In milliseconds. */
const leastOperateMs = 1_000;

/** The role that a stop needs. */
export function roleFor({ mode, timeoutMs }: ShutdownBody): Role {
  const isForced = mode === 'force' || (timeoutMs !== undefined && timeoutMs < leastOperateMs);
  return isForced ? 'force' : 'operate';
}

/** The mode of a stop that is running, so that a request without one joins it; graceful when none is. */
export function modeToAskFor(stoppable: Stoppable, { mode }: ShutdownBody): StopMode {
  return mode ?? stoppable.status().stop?.mode ?? 'graceful';
}

/**
 * Refuses to weaken a stop that is running.
 * @throws Problem
 */
export function refuseWeaker(stoppable: Stoppable, { mode }: ShutdownBody): void {
  const { stop, state } = stoppable.status();
  if (mode === undefined || stop === undefined || state === 'stopped') return;
  if (compareModes(mode, stop.mode) >= 0) return;
  const detail = `${mode} was asked for; ${stop.mode} is in force, in ${stop.phase}, and a stop only becomes stronger`;
  throw new Problem('mode-in-force', detail, { members: { modeInForce: stop.mode, phase: stop.phase } });
}
