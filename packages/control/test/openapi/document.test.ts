import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createOpenApiDocument } from '../../src/openapi/document.js';
import { problemRules } from '../../src/server/problem.js';
import { routes } from '../../src/server/routes.js';
import { type HttpAnswer, type HttpCall, send, sendStop, type Target } from '../support/http.js';
import { as, createGate, startTestService, type TestService } from '../support/test-service.js';

interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
  >;
  readonly components: { readonly schemas: Record<string, object> };
}

const document = createOpenApiDocument() as unknown as Document;
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'openapi');

/** Fails unless the document describes this answer, status, type and body. */
function expectDescribed(method: string, path: string, answer: HttpAnswer): void {
  const operation = document.paths[path]?.[method.toLowerCase()];
  const content = operation?.responses[answer.status]?.content;
  const type = answer.headers['content-type']?.split(';')[0] ?? '';
  expect(content, `${method} ${path} ${answer.status}`).toHaveProperty([type]);
  const values = type === 'application/x-ndjson' ? answer.text.trimEnd().split('\n') : [answer.text];
  if (!type.includes('json')) return;
  const pointer = [
    'paths',
    path,
    method.toLowerCase(),
    'responses',
    answer.status,
    'content',
    type,
    'schema',
  ];
  const reference = pointer.map((each) =>
    encodeURIComponent(String(each).replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  const validate = ajv.getSchema(`openapi#/${reference.join('/')}`);
  expect(validate).toBeDefined();
  for (const value of values) {
    expect(validate?.(JSON.parse(value)), `${value} ${JSON.stringify(validate?.errors)}`).toBe(true);
  }
}

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it('describes the routes there are, and no others', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it('is what the endpoint serves', async () => {
    const { socket } = await startTestService();
    expect((await send(socket, { path: '/openapi.json' })).json()).toEqual(document);
  });

  it('holds the schema of the report that the core has', () => {
    expect(document.components.schemas['ShutdownReport']).toMatchObject({
      $id: 'urn:quiesce:schema:report:1',
    });
  });

  it('knows every problem', () => {
    const statuses = new Set(
      Object.values(document.paths).flatMap((methods) =>
        Object.values(methods).flatMap(({ responses }) => Object.keys(responses)),
      ),
    );
    const elsewhere = [404, 405]; // of a path or a method that is not described
    const missing = Object.values(problemRules).filter(
      ({ status }) => !elsewhere.includes(status) && !statuses.has(String(status)),
    );
    expect(missing).toEqual([]);
  });

  it('describes every answer that is really given', async () => {
    const persist = createGate();
    const checks = [
      { name: 'disk', probes: ['health'] as const, check: () => Promise.reject(new Error('full')) },
    ];
    const service = await startTestService({
      tcp: true,
      control: { checks },
      components: [{ name: 'web', persist: () => persist.passed, pending: () => 1 }],
    });
    await expectEveryGet(service);
    await expectEveryRefusal(service);
    await expectAnswer(service.socket, {
      method: 'POST',
      path: '/control/shutdown',
      body: { wait: false, mode: 'last-ditch' },
    });
    const weaker = { method: 'POST', path: '/control/shutdown', body: { mode: 'graceful' } };
    expect(await expectAnswer(service.socket, weaker)).toBe(409);
    await expectEveryGet(service);
    persist.open();
  });

  it('describes the report and the stream of events', async () => {
    const plain = await startTestService({ components: [{ name: 'web', drain: () => {} }] });
    expectDescribed('POST', '/control/shutdown', await sendStop(plain.socket));
    const streamed = await startTestService();
    const answer = await sendStop(streamed.socket, {}, { Accept: 'application/x-ndjson' });
    expectDescribed('POST', '/control/shutdown', answer);
  });
});

async function expectAnswer(target: Target, call: HttpCall): Promise<number> {
  const answer = await send(target, call);
  expectDescribed(call.method ?? 'GET', (call.path ?? '').split('?')[0] ?? '', answer);
  return answer.status;
}

async function expectEveryGet({ socket }: TestService): Promise<void> {
  for (const { method, path, name } of routes) {
    if (method !== 'GET' || name === 'events') continue;
    await expectAnswer(socket, { path });
    await expectAnswer(socket, { path: `${path}?verbose` });
  }
}

async function expectEveryRefusal({ tcp, socket }: TestService): Promise<void> {
  const post = { method: 'POST', path: '/control/shutdown' };
  const statuses = [
    await expectAnswer(tcp, post),
    await expectAnswer(tcp, { ...post, headers: as('observe') }),
    await expectAnswer(tcp, { path: '/control/status' }),
    await expectAnswer(tcp, { path: '/control/status', headers: { ...as('force'), Host: 'evil.example' } }),
    await expectAnswer(socket, { ...post, body: { mode: 'slow' } }),
    await expectAnswer(socket, { ...post, body: '{}', headers: { 'Content-Type': 'text/plain' } }),
    await expectAnswer(socket, { ...post, body: { reason: 'x'.repeat(20_000) } }),
  ];
  expect(statuses).toEqual([401, 403, 401, 403, 400, 415, 413]);
}
