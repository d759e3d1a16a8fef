import type { Clock } from '@quiesce/core';

/** What a stop needs from around it. */
export interface StopPorts {
  readonly clock: Clock;
  /** Aborts when whoever waits wants to wait no more. */
  readonly interrupt: AbortSignal;
  /** Says something to whoever waits. */
  say(line: string): void;
}
