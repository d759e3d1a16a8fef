import { waitForProcessEnd } from '@quiesce/control/client';
import type { Clock, Deadline } from '@quiesce/core';
import type { FamilyProcess } from './find-family.js';
import { signalProcess } from './send-signal.js';

/** What became of what a command left behind. */
export interface LeftBehind {
  /** Ended when they were told to. */
  readonly ended: readonly FamilyProcess[];
  /** Had to be killed. */
  readonly killed: readonly FamilyProcess[];
}

/** What ending them needs. */
export interface EndPorts {
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** The processes of the family that are there now. */
  find(): readonly FamilyProcess[];
}

/**
 * Ends what a command left behind: SIGTERM to each and half of the time that there is, then SIGKILL. They are no children
 * of this process, so nobody tells of their end, and they are looked at again and again until it has come.
 */
export async function endLeftBehind(ports: EndPorts): Promise<LeftBehind> {
  const asked = ports.find();
  if (asked.length === 0) return { ended: [], killed: [] };
  for (const { pid } of asked) {
    signalProcess(pid, 'SIGTERM');
    // Who is stopped takes no signal but this one; systemd sends the same pair.
    signalProcess(pid, 'SIGCONT');
  }
  await waitForAll(asked, ports.deadline.remainingMs() / 2, ports);
  // Some may have started others meanwhile.
  const left = ports.find();
  for (const { pid } of left) signalProcess(pid, 'SIGKILL');
  await waitForAll(left, ports.deadline.remainingMs(), ports);
  const killed = new Set(left.map(({ pid }) => pid));
  return { ended: asked.filter(({ pid }) => !killed.has(pid)), killed: left };
}

async function waitForAll(
  processes: readonly FamilyProcess[],
  timeoutMs: number,
  { clock, signal }: EndPorts,
): Promise<void> {
  await Promise.all(
    processes.map(({ pid, startTicks }) =>
      waitForProcessEnd({ pid, startTicks }, { timeoutMs, signal, clock }),
    ),
  );
}
