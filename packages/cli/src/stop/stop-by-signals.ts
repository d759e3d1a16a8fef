import { isRunning, type ProcessIdentity, waitForProcessEnd } from '@quiesce/control/client';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import type { FoundProcess } from '../target/find-process.js';
import { formatDuration } from '../text/format-duration.js';
import { describeSignals } from './signal-finding.js';
import { modeOf, type Rung, resolveRungs } from './signal-ladder.js';
import type { StopOrder } from './stop-options.js';
import type { StopPorts } from './stop-ports.js';
import { findingExitCodes, type SentSignal, type StopResult, unknownWithoutReport } from './stop-result.js';

/** Sends a signal to one process; throws what kill(2) says. */
export type SendSignal = (pid: number, signal: NodeJS.Signals) => void;

/** As the lifecycle's own, so that a service without a control endpoint has no less. */
const standardTimeoutMs = 25_000;
/** A process that was killed may need time to give its memory back. In milliseconds. */
const leastAfterKillMs = 2_000;

/**
 * Stops a process that has no control endpoint, by signals, and waits until it is gone. It is looked at again before each
 * signal: a later process with the same pid gets none.
 * @throws CommandError when it may not be signalled
 */
export async function stopBySignals(
  found: FoundProcess,
  order: StopOrder,
  ports: StopPorts,
  sendSignal: SendSignal = (pid, signal) => void process.kill(pid, signal),
): Promise<StopResult> {
  checkMayBeSignalled(found);
  const { clock, say } = ports;
  const startedMs = clock.now();
  const startedAt = new Date(clock.wallTime()).toISOString();
  const timeoutMs = order.timeoutMs ?? standardTimeoutMs;
  const { rungs, notes } = resolveRungs(order.mode, timeoutMs);
  say(
    `${found.inWords}: no control endpoint of it answers here; it is stopped by signals, within ${formatDuration(timeoutMs)}`,
  );
  const sent: SentSignal[] = [];
  const climb = async (): Promise<boolean> => {
    for (const [index, rung] of rungs.entries()) {
      if (!send(found, rung, sendSignal)) return true;
      sent.push({ signal: rung.signal, atMs: Math.round(clock.now() - startedMs) });
      say(`  ${rung.signal} sent`);
      if (!order.wait) return false;
      if (await waitForRung(found.identity, rungs[index + 1], startedMs, timeoutMs, ports)) return true;
      if (ports.interrupt.aborted) return false;
    }
    return false;
  };
  const gone = await climb();
  const finding = describeSignals(found, {
    gone,
    sent,
    rungs,
    wait: order.wait,
    interrupted: ports.interrupt.aborted,
  });
  return {
    schema: 'quiesce.stop/1',
    ...finding,
    exitCode: findingExitCodes[finding.outcome],
    via: 'signals',
    service: null,
    pid: found.identity.pid,
    mode: { requested: order.mode ?? null, reached: sent.length === 0 ? null : modeOf(sent) },
    startedAt,
    durationMs: Math.round(clock.now() - startedMs),
    timeoutMs,
    gone,
    report: null,
    signals: sent,
    notes,
    unknown: unknownWithoutReport,
  };
}

/** Process 1 ends the machine, or the container, with everything in it. */
function checkMayBeSignalled({ identity, inWords }: FoundProcess): void {
  if (identity.pid !== 1) return;
  const advice = 'stop the container or the machine instead, or give the service a control endpoint';
  throw new CommandError(
    `${inWords} is the first process of this machine or container, and gets no signal from here; ${advice}`,
    exitCodes.failed,
  );
}

/** Sends the signal of a rung; false when the process is gone. */
function send({ identity, inWords }: FoundProcess, { signal }: Rung, sendSignal: SendSignal): boolean {
  if (!isRunning(identity)) return false;
  try {
    sendSignal(identity.pid, signal);
    return true;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (code === 'ESRCH') return false;
    if (code !== 'EPERM') throw error;
    const message = `${inWords} belongs to another user: ${signal} is not allowed. Come as that user, or as root`;
    throw new CommandError(message, exitCodes.notAllowed, { cause: error });
  }
}

/** Waits for the end until the next rung's time; on the last one for what is left, or what a kill may take. */
function waitForRung(
  identity: ProcessIdentity,
  next: Rung | undefined,
  startedMs: number,
  timeoutMs: number,
  { clock, interrupt }: StopPorts,
): Promise<boolean> {
  const passedMs = clock.now() - startedMs;
  const leftMs = next === undefined ? Math.max(timeoutMs - passedMs, leastAfterKillMs) : next.atMs - passedMs;
  return waitForProcessEnd(identity, { timeoutMs: Math.max(0, leftMs), signal: interrupt, clock });
}
