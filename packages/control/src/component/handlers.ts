import type { Stoppable } from '@quiesce/core';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { EventHub } from '../events/event-hub.js';
import { createEventStreams, createEventsHandler } from '../events/handle-events.js';
import { createMetricsHandler } from '../metrics/handle-metrics.js';
import type { Exposition } from '../metrics/registry.js';
import { createOpenApiDocument } from '../openapi/document.js';
import type { ResolvedControlServerOptions } from '../options/resolve-control-options.js';
import { answerProbe } from '../probes/answer-probe.js';
import type { ProbeName } from '../probes/probe-rules.js';
import type { Probes } from '../probes/probes.js';
import type { Handler } from '../server/call.js';
import type { ControlStatus } from '../server/control-status.js';
import { sendJson, whenOver } from '../server/respond.js';
import type { RouteName } from '../server/routes.js';
import { createShutdownHandler } from '../stop/handle-shutdown.js';
import type { WaitingCallers } from '../stop/waiting-callers.js';

/** What the handlers of all routes work on. */
export interface HandlerParts {
  readonly stoppable: Stoppable;
  readonly options: ResolvedControlServerOptions;
  readonly trail: AuditTrail;
  readonly hub: EventHub;
  readonly callers: WaitingCallers;
  readonly probes: Probes;
  readonly exposition: Exposition;
  status(): ControlStatus;
}

/** Creates the handler of every route. */
export function createHandlers(parts: HandlerParts): Readonly<Record<RouteName, Handler>> {
  const { stoppable, options, trail, callers, status } = parts;
  const { clock, ldm, limits } = options;
  const streams = createEventStreams({
    hub: parts.hub,
    callers,
    clock,
    maxStreams: limits.maxStreams,
    bufferBytes: limits.streamBufferBytes,
    snapshot: () => JSON.stringify(status()),
  });
  return {
    shutdown: createShutdownHandler({
      stoppable,
      trail,
      callers,
      streams,
      ldm,
      bodyBytes: limits.bodyBytes,
      answerAccepted({ response }) {
        sendJson(response, 202, status());
        return whenOver(response);
      },
    }),
    status: ({ response }) => sendJson(response, 200, status()),
    events: createEventsHandler(streams, limits.maxStreams),
    metrics: createMetricsHandler(parts.exposition, clock),
    openapi: ({ response }) => sendJson(response, 200, createOpenApiDocument()),
    livez: createProbeHandler('livez', parts),
    readyz: createProbeHandler('readyz', parts),
    startupz: createProbeHandler('startupz', parts),
    healthz: createProbeHandler('healthz', parts),
  };
}

function createProbeHandler(probe: ProbeName, { probes, stoppable }: HandlerParts): Handler {
  return async ({ request, response, target, caller }) => {
    const result = await probes.ask(probe);
    answerProbe(request, response, target, {
      probe,
      result,
      components: stoppable.status().components,
      withMessages: caller.role !== undefined,
    });
  };
}
