import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AuditedCall } from '../audit/audit-trail.js';
import type { RequestTarget } from './request-target.js';

/** One request on its way through the endpoint. */
export interface Call extends AuditedCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: RequestTarget;
  /** Filled in by whoever has read it. */
  asked: Readonly<Record<string, unknown>> | undefined;
}

/** Does what a route is there for, and answers; a `Problem` that it throws is answered for it. */
export type Handler = (call: Call) => void | Promise<void>;
