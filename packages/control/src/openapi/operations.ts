import type { RouteName } from '../server/routes.js';

/** What one answer has as its body: a schema for each media type. */
export type Content = Readonly<Record<string, string>>;

/** What is written about one route, beside what its row in the table of routes says. */
export interface Operation {
  readonly summary: string;
  readonly description: string;
  /** The name of the schema of its body. */
  readonly body?: string;
  /** What it answers when all is well, and what else is no problem; names of schemas, or `text`. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly content: Content }>>;
  /** Problems of its own, by status; what can happen to any request is added. */
  readonly problems: readonly number[];
  /** Parameters of the query. */
  readonly query?: Readonly<Record<string, string>>;
}

const probeContent: Content = { 'text/plain': 'text', 'application/json': 'Probe' };

function describeProbe(summary: string, description: string): Operation {
  return {
    summary,
    description,
    answers: {
      200: { description: 'Yes.', content: probeContent },
      503: { description: 'No; the body says why.', content: probeContent },
    },
    problems: [],
    query: { verbose: 'Answer in JSON, with components and checks.' },
  };
}

/** The documentation of every route. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  shutdown: {
    summary: 'Stop the service',
    description:
      'Answers with the report when the stop is over. All callers share one stop; a stronger mode makes it stronger, ' +
      'a weaker one is refused with 409. `Accept: application/x-ndjson` streams events first, the report last. ' +
      'The mode `force`, and a timeout under a second, need the role `force`.',
    body: 'ShutdownRequest',
    answers: {
      200: {
        description: 'The stop is over.',
        content: { 'application/json': 'ShutdownReport', 'application/x-ndjson': 'Event' },
      },
      202: { description: 'The stop has begun (`wait: false`).', content: { 'application/json': 'Status' } },
    },
    problems: [409, 413, 415, 503],
  },
  status: {
    summary: 'See the state of the service',
    description: 'State, phase, pending work and the time left, of the service and of its components.',
    answers: { 200: { description: 'The service as it is now.', content: { 'application/json': 'Status' } } },
    problems: [],
  },
  events: {
    summary: 'Follow the service',
    description:
      'Server-sent events (or lines of JSON with `Accept: application/x-ndjson`): a `status` first, then everything ' +
      'that happens, the `report` last. With `Last-Event-ID` what was missed comes first, while it is remembered.',
    answers: {
      200: {
        description: 'Events, until the service has stopped.',
        content: { 'text/event-stream': 'text', 'application/x-ndjson': 'Event' },
      },
    },
    problems: [503],
  },
  openapi: {
    summary: 'This document',
    description: 'OpenAPI 3.1.',
    answers: { 200: { description: 'The document.', content: { 'application/json': 'any' } } },
    problems: [],
  },
  metrics: {
    summary: 'Metrics',
    description: 'The text format of Prometheus. On the port for probes it needs no token.',
    answers: { 200: { description: 'All metrics.', content: { 'text/plain': 'text' } } },
    problems: [503],
  },
  livez: describeProbe(
    'Is the process alive?',
    'Stays 200 while the service drains: a restart would cut its work.',
  ),
  readyz: describeProbe('Should new work be sent here?', '503 from the first moment of a stop.'),
  startupz: describeProbe('Has the service been ready once?', 'Stays 200 from then on.'),
  healthz: describeProbe(
    'Is everything well?',
    '503 while the service starts or stops, or when a component has failed.',
  ),
};
