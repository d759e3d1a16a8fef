import {
  type ClientShutdownOptions,
  type ControlClient,
  type ControlEvent,
  isControlError,
} from '@quiesce/control/client';
import type { ShutdownReport } from '@quiesce/core';
import { printable } from '../text/printable.js';
import { createNarrator } from './narrator.js';
import type { StopOrder } from './stop-options.js';
import type { StopPorts } from './stop-ports.js';
import { watchDeadline } from './watch-deadline.js';

/** What came of asking a service to stop, and waiting for the answer. */
export interface Conversation {
  /** `report`: it answered. `lost`: the connection ended before. `overdue`: it is past its deadline and says nothing. */
  readonly end: 'report' | 'lost' | 'interrupted' | 'overdue';
  readonly report: ShutdownReport | undefined;
  /** Whether the service has said that it is stopping. */
  readonly hasBegun: boolean;
  readonly notes: readonly string[];
}

/**
 * Asks for a stop and follows it to its end. A stronger stop that runs already is joined.
 * @throws ControlError when the stop was refused, or the service was gone before it was asked
 */
export async function followStop(
  client: ControlClient,
  order: StopOrder,
  ports: StopPorts,
): Promise<Conversation> {
  const asked = await ask(client, toRequest(order), ports);
  if (asked.end !== 'refused') return asked;
  const note = `${printable(asked.message)}; it was joined as it is`;
  ports.say(note);
  const joined = await ask(client, {}, ports);
  if (joined.end === 'refused') throw joined.error;
  return { ...joined, notes: [note] };
}

/** What the client is asked with. */
export function toRequest({ mode, timeoutMs, reason }: StopOrder): ClientShutdownOptions {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(reason === undefined ? {} : { reason }),
  };
}

interface Refused {
  readonly end: 'refused';
  readonly message: string;
  readonly error: Error;
}

async function ask(
  client: ControlClient,
  request: ClientShutdownOptions,
  ports: StopPorts,
): Promise<Conversation | Refused> {
  const narrator = createNarrator(ports);
  const overdue = watchDeadline(client, ports, request.timeoutMs);
  let hasBegun = false;
  const talk = (end: Conversation['end'], report?: ShutdownReport): Conversation => {
    return { end, report, hasBegun: hasBegun || report !== undefined, notes: [] };
  };
  try {
    const onEvent = (event: ControlEvent): void => {
      hasBegun = true;
      overdue.take(event);
      narrator.take(event);
    };
    return talk('report', await client.shutdown({ ...request, signal: overdue.signal, onEvent }));
  } catch (error) {
    if (ports.interrupt.aborted) return talk('interrupted');
    if (overdue.signal.aborted) return talk('overdue');
    if (isControlError(error, 'QUIESCE_CONTROL_LOST')) return talk('lost');
    if (isControlError(error, 'QUIESCE_CONTROL_PROBLEM') && isModeInForce(error)) {
      return { end: 'refused', message: error.message, error };
    }
    throw error;
  } finally {
    narrator.end();
    overdue.end();
  }
}

function isModeInForce(error: Error): boolean {
  const problem: unknown = Reflect.get(error, 'problem');
  return typeof problem === 'object' && problem !== null && Reflect.get(problem, 'code') === 'mode-in-force';
}
