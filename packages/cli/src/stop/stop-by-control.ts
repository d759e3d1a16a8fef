import {
  type ControlClient,
  type ControlStatus,
  sharesPidNamespace,
  waitForProcessEnd,
} from '@quiesce/control/client';
import type { ShutdownReport } from '@quiesce/core';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import { toCommandError } from '../target/to-command-error.js';
import { createResult } from './control-result.js';
import { type Conversation, followStop, toRequest } from './follow-stop.js';
import type { StopOrder } from './stop-options.js';
import type { StopPorts } from './stop-ports.js';
import type { StopResult } from './stop-result.js';

/** After its deadline a process is ended by its watchdog; this much later it should be gone. In milliseconds. */
const afterDeadlineMs = 2_000;

/**
 * Stops a service over its control endpoint, and waits until its process is gone: the answer has come, or the
 * connection has ended, *and* nobody has its pid, or somebody else has it.
 *
 * ```
 *  status ─▶ who is it? ─▶ shutdown ─┬─ report ────────▶ process gone? ─▶ clean, incomplete, forced, failed
 *                                    ├─ connection lost ▶ process gone? ─▶ killed
 *                                    └─ interrupt, overdue ─────────────▶ running
 * ```
 *
 * @throws CommandError
 */
export async function stopByControl(
  client: ControlClient,
  order: StopOrder,
  ports: StopPorts,
): Promise<StopResult> {
  const startedMs = ports.clock.now();
  const startedAt = new Date(ports.clock.wallTime()).toISOString();
  try {
    const status = await unlessInterrupted(client.status(), client.target, ports);
    const begun = order.wait ? undefined : await client.requestShutdown(toRequest(order));
    const talk = begun === undefined ? await followStop(client, order, ports) : undefined;
    const gone = talk === undefined ? false : await isGone(status.process, talk, ports);
    const durationMs = Math.round(ports.clock.now() - startedMs);
    return createResult({ status: begun ?? status, order, talk, gone, startedAt, durationMs });
  } catch (error) {
    throw toCommandError(error);
  }
}

/** Whoever interrupts before the service has said who it is has not asked it for anything yet. */
async function unlessInterrupted<Value>(
  answer: Promise<Value>,
  target: string,
  { interrupt }: StopPorts,
): Promise<Value> {
  let giveUp = (): void => {};
  const interrupted = new Promise<never>((_resolve, reject) => {
    const message = `interrupted before ${target} had answered: it was not asked to stop`;
    giveUp = () => reject(new CommandError(message, exitCodes.stillRunning));
    interrupt.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([answer, interrupted]);
  } finally {
    interrupt.removeEventListener('abort', giveUp);
  }
}

/** Waits for the end of the process; undefined when its pid means nothing here. */
async function isGone(
  identity: ControlStatus['process'],
  talk: Conversation,
  { clock, interrupt }: StopPorts,
): Promise<boolean | undefined> {
  if (!sharesPidNamespace(identity)) return undefined;
  if (talk.end === 'interrupted') return waitForProcessEnd(identity, { timeoutMs: 0, clock });
  const timeoutMs = afterDeadlineMs + leftMs(talk.report);
  return waitForProcessEnd(identity, { timeoutMs, signal: interrupt, clock });
}

/** What the stop has left of its time: the process may use it for its last hooks. */
function leftMs(report: ShutdownReport | undefined): number {
  return report === undefined ? 0 : Math.max(0, report.timeoutMs - report.durationMs);
}
