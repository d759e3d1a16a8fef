import { isQuiesceError, type ShutdownRequest, type Stoppable } from '@quiesce/core';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { EventStreams } from '../events/handle-events.js';
import { ndjson } from '../events/stream-format.js';
import { mayAct } from '../security/roles.js';
import type { Call, Handler } from '../server/call.js';
import { Problem } from '../server/problem.js';
import { readJson } from '../server/read-json.js';
import { sendText } from '../server/respond.js';
import { parseShutdownBody, type ShutdownBody } from './shutdown-body.js';
import { modeToAskFor, refuseWeaker, roleFor } from './stop-rules.js';
import type { FinalReport, WaitingCallers } from './waiting-callers.js';

/** What the shutdown route needs. */
export interface ShutdownPorts {
  readonly stoppable: Stoppable;
  readonly trail: AuditTrail;
  readonly callers: WaitingCallers;
  readonly ldm: 'lame-duck' | 'last-ditch';
  readonly bodyBytes: number;
  /** Answers a caller who does not wait for the end; resolves when the answer is over. */
  answerAccepted(call: Call): Promise<void>;
  readonly streams: EventStreams;
}

/**
 * Creates the handler that stops the service.
 *
 * ```
 *  body ─▶ role ─▶ not weaker ─▶ on record ─▶ shutdown() ─┬─ wait: false ─▶ 202
 *   400     403       409           503           400     ├─ x-ndjson ────▶ 200, events … report
 *                                                         └───────────────▶ 200, the report after the stop
 * ```
 */
export function createShutdownHandler(ports: ShutdownPorts): Handler {
  const { callers, streams } = ports;
  return async (call) => {
    const body = await readBody(call, ports);
    const giveUpPlace = callers.keepPlace();
    try {
      const before = streams.mark();
      if (callers.final === undefined) await stop(call, body, ports);
      if (!body.wait) await ports.answerAccepted(call);
      // The stop has begun: a caller for whom there is no stream left is still told how it went.
      else if (wantsEvents(call) && streams.hasRoom) streams.open(call, ndjson, before);
      else callers.add(call.response, (final) => sendReport(call, final));
    } finally {
      giveUpPlace();
    }
  };
}

async function readBody(call: Call, { ldm, bodyBytes }: ShutdownPorts): Promise<ShutdownBody> {
  const json = await readJson(call.request, call.response, bodyBytes);
  const body = parseShutdownBody(json, ldm);
  call.asked = json === undefined ? {} : (json as Record<string, unknown>);
  const needed = roleFor(body);
  if (!mayAct(call.caller.role, needed)) {
    const detail = `this stop needs the role ${needed}; ${call.caller.name} has ${call.caller.role}`;
    throw new Problem('role-too-weak', detail, { members: { neededRole: needed } });
  }
  return body;
}

async function stop(call: Call, body: ShutdownBody, ports: ShutdownPorts): Promise<void> {
  const { stoppable, trail } = ports;
  refuseWeaker(stoppable, body);
  await trail.accepted(call);
  // While that was written another caller may have made it stronger.
  refuseWeaker(stoppable, body);
  await begin(stoppable, {
    mode: modeToAskFor(stoppable, body),
    reason: body.reason ?? `control:${call.caller.name}`,
    ...(body.timeoutMs === undefined ? {} : { timeoutMs: body.timeoutMs }),
  });
}

/** Asks for the stop, and waits only until it is clear that it was not refused. */
async function begin(stoppable: Stoppable, request: ShutdownRequest): Promise<void> {
  const asked = stoppable.shutdown(request);
  const begun = new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  try {
    await Promise.race([asked, begun]);
  } catch (error) {
    if (isQuiesceError(error, 'QUIESCE_OPTIONS')) throw new Problem('bad-request', error.message);
    throw error;
  }
  asked.catch(() => {}); // what becomes of the stop is in its report
}

function wantsEvents({ request }: Call): boolean {
  return request.headers.accept?.toLowerCase().includes(ndjson.contentType) === true;
}

function sendReport({ response }: Call, { json }: FinalReport): void {
  // The connection ends with the service.
  sendText(response, 200, 'application/json', `${json}\n`, { Connection: 'close' });
}
