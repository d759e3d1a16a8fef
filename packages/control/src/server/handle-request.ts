import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Logger } from '@quiesce/core';
import type { AuditTrail } from '../audit/audit-trail.js';
import { describeError } from '../describe-error.js';
import type { TrafficMetrics } from '../metrics/traffic-metrics.js';
import { type Caller, identifyCaller } from '../security/caller.js';
import { isAllowedHost, isAllowedOrigin } from '../security/host-check.js';
import { mayAct } from '../security/roles.js';
import type { HashedToken } from '../security/tokens.js';
import type { Traffic } from '../security/traffic.js';
import type { Call, Handler } from './call.js';
import type { ListenerKind } from './listener-kind.js';
import { Problem } from './problem.js';
import { discardBody } from './request-body.js';
import { parseTarget } from './request-target.js';
import { sendProblem } from './respond.js';
import type { Router } from './router.js';
import type { Route, RouteName } from './routes.js';

/** What requests go through. */
export interface RequestPorts {
  readonly kind: ListenerKind;
  readonly router: Router;
  readonly handlers: Readonly<Record<RouteName, Handler>>;
  readonly tokens: readonly HashedToken[];
  readonly allowedHosts: ReadonlySet<string>;
  readonly traffic: Traffic;
  readonly trail: AuditTrail;
  readonly metrics: TrafficMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Creates what handles the requests of one listener.
 *
 * ```
 *  who? ─▶ route? ─▶ how often? ─▶ Host, Origin ─▶ may they? ─▶ handler ─▶ answer
 *           404 405     429            403          401 403
 * ```
 */
export function createRequestHandler(
  ports: RequestPorts,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const call = createCall(request, response, ports);
    const route = findRoute(ports.router, call);
    const name = route instanceof Problem ? 'unmatched' : route.name;
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : 'aborted';
      ports.metrics.answered(name, call.method, status);
    });
    void handle(call, route, ports);
  };
}

function createCall(request: IncomingMessage, response: ServerResponse, ports: RequestPorts): Call {
  const target = parseTarget(request.url ?? '/');
  return {
    id: randomUUID(),
    caller: identifyCaller(request, ports.kind, ports.tokens),
    method: request.method ?? '',
    path: target.path,
    asked: undefined,
    request,
    response,
    target,
  };
}

function findRoute(router: Router, { method, path }: Call): Route | Problem {
  try {
    return router.find(method, path);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

async function handle(call: Call, route: Route | Problem, ports: RequestPorts): Promise<void> {
  try {
    takeShare(call, route, ports);
    if (route instanceof Problem) throw route;
    checkOrigin(call, ports);
    checkRole(call.caller, route);
    await ports.handlers[route.name](call);
  } catch (error) {
    const problem = error instanceof Problem ? error : toInternalError(error, call, ports.logger);
    await refuse(call, route, problem, ports);
  }
}

function takeShare({ caller, request }: Call, route: Route | Problem, { kind, traffic }: RequestPorts): void {
  const isForAnyone = kind === 'probes' || (!(route instanceof Problem) && route.access === 'anyone');
  if (isForAnyone) traffic.takeProbe(request.socket.remoteAddress ?? kind);
  else traffic.takeRequest(caller);
}

function checkOrigin({ request }: Call, { kind, allowedHosts }: RequestPorts): void {
  const { headers, httpVersion } = request;
  // Source: RFC 9112, section 3.2.
  if (httpVersion === '1.1' && headers.host === undefined)
    throw new Problem('bad-request', 'it has no Host header');
  // Nothing there is for browsers to change, and kubelets call the pod by its address.
  if (kind === 'probes') return;
  if (kind === 'tcp' && !isAllowedHost(headers.host, allowedHosts)) {
    const detail = `call it by ${[...allowedHosts].join(', ')}; allowedHosts takes further names`;
    throw new Problem('host-refused', detail);
  }
  if (!isAllowedOrigin(headers)) throw new Problem('origin-refused', 'only pages of its own may call it');
}

function checkRole(caller: Caller, { access }: Route): void {
  if (access === 'anyone' || caller.via === 'probes' || mayAct(caller.role, access)) return;
  if (caller.role === undefined) {
    const headers = { 'WWW-Authenticate': 'Bearer realm="quiesce"' };
    throw new Problem('unauthorized', 'send Authorization: Bearer and a token', { headers });
  }
  const detail = `this needs the role ${access}; ${caller.name} has ${caller.role}`;
  throw new Problem('role-too-weak', detail, { members: { neededRole: access } });
}

async function refuse(
  call: Call,
  route: Route | Problem,
  problem: Problem,
  ports: RequestPorts,
): Promise<void> {
  ports.metrics.refused(problem.code);
  if (isSensitive(call, route, problem)) await ports.trail.refused(call, problem);
  const { request, response } = call;
  // Whatever has begun cannot be made into something else any more.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!(await discardBody(request, ports.clock))) response.setHeader('Connection', 'close');
  sendProblem(response, problem);
}

/** Whoever was kept out is put on record, and so is every call that would have changed something. */
function isSensitive({ caller }: Call, route: Route | Problem, problem: Problem): boolean {
  if (caller.via === 'probes') return false;
  if (problem.status === 401 || problem.status === 403) return true;
  return !(route instanceof Problem) && route.audited;
}

function toInternalError(error: unknown, call: Call, logger: Logger): Problem {
  const message = `control: ${call.method} ${call.path} failed: ${error instanceof Error ? error.stack : describeError(error)}`;
  logger.error({ err: error, call: call.id }, message);
  return new Problem('internal-error', `the log of the service has more under ${call.id}`);
}
