import type { LifecycleStatus, ShutdownReport, Stoppable } from '@quiesce/core';
import { type ProcessIdentity, readProcessIdentity } from '../process/process-identity.js';

/** What `GET /control/status` answers. */
export interface ControlStatus extends LifecycleStatus {
  readonly schema: 'quiesce.status/1';
  /** When it was asked, ISO 8601 in UTC. */
  readonly at: string;
  /** How long the process has been running, in milliseconds. */
  readonly uptimeMs: number;
  /** The process that answers, so that its end can be told from that of another one with the same pid. */
  readonly process: ProcessIdentity;
  /** How many callers wait for the end of the stop. */
  readonly waitingCallers: number;
  /** Set once the stop is over. */
  readonly report?: ShutdownReport;
}

/** What a status is made of, beside the stoppable. */
export interface ControlStatusPorts {
  readonly stoppable: Stoppable;
  wallTime(): number;
  waitingCallers(): number;
  report(): ShutdownReport | undefined;
}

/** Creates what makes the status whenever somebody asks. */
export function createControlStatus(ports: ControlStatusPorts): () => ControlStatus {
  const identity = readProcessIdentity(process.pid) ?? { pid: process.pid };
  return () => {
    const report = ports.report();
    return {
      schema: 'quiesce.status/1',
      at: new Date(ports.wallTime()).toISOString(),
      uptimeMs: Math.round(process.uptime() * 1_000),
      ...ports.stoppable.status(),
      process: identity,
      waitingCallers: ports.waitingCallers(),
      ...(report === undefined ? {} : { report }),
    };
  };
}
