import type { GrpcServerLike } from './grpc-server.js';
import {
  decodeHealthRequest,
  encodeHealthResponse,
  healthPath,
  type ServingStatus,
  servingStatus,
} from './health-protocol.js';

/** What says of services whether they serve: a `HealthImplementation` of the package `grpc-health-check`, for one. */
export interface GrpcHealth {
  setStatus(service: string, status: 'SERVING' | 'NOT_SERVING'): void;
}

/** An object, because for `@grpc/grpc-js` an empty text is no message. */
interface CheckCall {
  readonly request: { readonly service: string };
}

interface WatchCall extends CheckCall {
  write(status: ServingStatus): unknown;
  on(event: 'cancelled', listener: () => void): unknown;
}

type Respond = (
  error: { readonly code: number; readonly details: string } | null,
  status?: ServingStatus,
) => void;

const notFound = 5;

/**
 * The service `grpc.health.v1.Health` for some services; none serves to begin with. False when the server has one
 * already.
 */
export function addHealthService(
  server: GrpcServerLike<never>,
  services: readonly string[],
): GrpcHealth | false {
  const statuses = new Map<string, ServingStatus>(services.map((name) => [name, servingStatus.notServing]));
  const watchers = new Set<WatchCall>();
  const check = ({ request: { service } }: CheckCall, respond: Respond): void => {
    const status = statuses.get(service);
    if (status === undefined) respond({ code: notFound, details: `unknown service "${service}"` });
    else respond(null, status);
  };
  const watch = (call: WatchCall): void => {
    watchers.add(call);
    call.on('cancelled', () => watchers.delete(call)); // emitted at every end of a call
    call.write(statuses.get(call.request.service) ?? servingStatus.serviceUnknown);
  };
  const add = (method: string, handler: (call: never, respond: never) => void, type: string): boolean =>
    server.register(
      healthPath + method,
      handler,
      encodeHealthResponse,
      (message) => ({ service: decodeHealthRequest(message) }),
      type,
    );

  if (!add('Check', check, 'unary') || !add('Watch', watch, 'serverStream')) return false;
  return {
    setStatus(service, name) {
      const status = name === 'SERVING' ? servingStatus.serving : servingStatus.notServing;
      if (statuses.get(service) === status) return;
      statuses.set(service, status);
      for (const call of watchers) if (call.request.service === service) call.write(status);
    },
  };
}
