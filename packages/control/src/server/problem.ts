import type { OutgoingHttpHeaders } from 'node:http';
import type { ProblemDetails } from '../errors.js';

/** The stable code of a problem. */
export type ProblemCode =
  | 'bad-request'
  | 'unauthorized'
  | 'role-too-weak'
  | 'host-refused'
  | 'origin-refused'
  | 'not-found'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'mode-in-force'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'too-many-requests'
  | 'headers-too-large'
  | 'internal-error'
  | 'audit-unavailable'
  | 'metrics-unavailable'
  | 'too-many-streams';

/** What is always the same about a problem. */
export interface ProblemRule {
  readonly status: number;
  readonly title: string;
}

/** Everything the endpoint answers that is not what was asked for. Each has a row in `docs/errors.md`. */
export const problemRules: Readonly<Record<ProblemCode, ProblemRule>> = {
  'bad-request': { status: 400, title: 'The request is not as it must be' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  'role-too-weak': { status: 403, title: 'The caller may not do this' },
  'host-refused': { status: 403, title: 'The Host header names another server' },
  'origin-refused': { status: 403, title: 'The request comes from a page of another origin' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This cannot be done here' },
  'request-timeout': { status: 408, title: 'The request did not come in time' },
  'mode-in-force': { status: 409, title: 'A stronger stop is running' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'internal-error': { status: 500, title: 'The endpoint failed' },
  'audit-unavailable': { status: 503, title: 'The audit log cannot be written' },
  'metrics-unavailable': { status: 503, title: 'The metrics could not be collected' },
  'too-many-streams': { status: 503, title: 'Too many event streams are open' },
};

/** What a problem may bring along. */
export interface ProblemOptions {
  /** Further members of the answer. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: OutgoingHttpHeaders;
}

/** Thrown by whatever handles a request; becomes the answer. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, detail: string, { members = {}, headers = {} }: ProblemOptions = {}) {
    super(detail);
    this.code = code;
    this.status = problemRules[code].status;
    this.headers = headers;
    this.#members = members;
  }

  /** The body of the answer. Source: RFC 9457. */
  toDetails(): ProblemDetails {
    const { code, status, message: detail } = this;
    return {
      type: `urn:quiesce:problem:${code}`,
      title: problemRules[code].title,
      status,
      code,
      detail,
      ...this.#members,
    };
  }
}
