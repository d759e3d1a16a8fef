import reportSchema from '@quiesce/core/schema/report.schema.json' with { type: 'json' };
import { problemRules } from '../server/problem.js';

/** A JSON Schema, as far as it is written here. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const text: JsonSchema = { type: 'string' };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const duration: JsonSchema = { type: 'number', minimum: 0 };
const mode: JsonSchema = { enum: ['graceful', 'lame-duck', 'last-ditch', 'force'] };
const state: JsonSchema = { enum: ['idle', 'starting', 'running', 'stopping', 'stopped'] };
const componentState: JsonSchema = {
  enum: ['idle', 'starting', 'started', 'failed', 'skipped', 'stopping', 'stopped'],
};

function object(
  required: Readonly<Record<string, JsonSchema>>,
  optional: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}

function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

const shutdownRequest: JsonSchema = {
  ...object(
    {},
    {
      mode: {
        enum: ['graceful', 'lame-duck', 'last-ditch', 'force', 'ldm'],
        description:
          'Without it a running stop is joined, or a graceful one begun. `ldm` is last-ditch unless configured.',
      },
      timeout: { type: 'number', exclusiveMinimum: 0, maximum: 86_400, description: 'In seconds.' },
      reason: { type: 'string', minLength: 1, maxLength: 200 },
      wait: { type: 'boolean', default: true, description: 'Whether the answer comes after the stop.' },
    },
  ),
  additionalProperties: false,
};

const status: JsonSchema = object(
  {
    schema: { const: 'quiesce.status/1' },
    at: { type: 'string', format: 'date-time' },
    uptimeMs: count,
    name: text,
    instance: text,
    pid: count,
    state,
    ready: { type: 'boolean' },
    inFlight: count,
    components: list(
      object(
        { name: text, tier: { enum: ['critical', 'standard', 'expendable'] }, state: componentState },
        { pending: count },
      ),
    ),
    process: object({ pid: count }, { startTicks: count, pidNamespace: text }),
    waitingCallers: count,
  },
  {
    stop: object({ mode, reason: text, phase: text, remainingMs: duration }),
    previousStop: { const: 'killed' },
    report: { $ref: '#/components/schemas/ShutdownReport' },
  },
);

const probe: JsonSchema = object({
  probe: { enum: ['livez', 'readyz', 'startupz', 'healthz'] },
  status: { enum: ['ok', 'failed'] },
  summary: text,
  state,
  components: list(object({ name: text, state: componentState })),
  checks: list(object({ name: text, ok: { type: 'boolean' }, durationMs: duration }, { message: text })),
});

const problem: JsonSchema = object(
  {
    type: { type: 'string', pattern: '^urn:quiesce:problem:' },
    title: text,
    status: { type: 'integer' },
    code: { enum: Object.keys(problemRules) },
  },
  { detail: text },
);

const event: JsonSchema = object({ type: text }, { atMs: { type: 'number' } });

/** All schemas of the document, by name. */
export function createSchemas(): Readonly<Record<string, JsonSchema>> {
  return {
    ShutdownRequest: shutdownRequest,
    ShutdownReport: reportSchema,
    Status: status,
    Event: event,
    Probe: probe,
    Problem: problem,
  };
}
