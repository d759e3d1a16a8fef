import { describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../src/index.js';
import { send } from '../support/http.js';
import { createGate, startTestService } from '../support/test-service.js';

const names = ['livez', 'readyz', 'startupz', 'healthz'] as const;
const probes = { port: 0, host: '127.0.0.1' };

async function askAll(url: string): Promise<Record<string, string>> {
  const answers = await Promise.all(names.map((name) => send({ url }, { path: `/${name}` })));
  return Object.fromEntries(
    answers.map(({ status, text }, index) => [names[index], `${status} ${text.trimEnd()}`]),
  );
}

describe('the probes', () => {
  it('say what the service is doing, from its start to its end', async () => {
    const starting = createGate();
    const announcing = createGate();
    const draining = createGate();
    const service = await startTestService({
      control: { probes },
      started: false,
      components: [
        {
          name: 'web',
          start: () => starting.passed,
          announce: () => announcing.passed,
          drain: () => draining.passed,
        },
      ],
    });
    const started = service.lifecycle.start();
    await expect.poll(() => service.control.addresses.probesUrl).toBeDefined();
    const { url } = service.probes;
    expect(await askAll(url)).toEqual({
      livez: '200 ok',
      readyz: '503 starting',
      startupz: '503 starting',
      healthz: '503 starting',
    });
    starting.open();
    await started;
    expect(await askAll(url)).toEqual({
      livez: '200 ok',
      readyz: '200 ok',
      startupz: '200 ok',
      healthz: '200 ok',
    });
    const stopped = service.lifecycle.shutdown();
    expect(await askAll(url)).toEqual({
      livez: '200 ok',
      readyz: '503 stopping: announce',
      startupz: '200 ok',
      healthz: '503 stopping: announce',
    });
    announcing.open();
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('drain');
    expect(await askAll(url)).toMatchObject({ livez: '200 ok', readyz: '503 stopping: drain' });
    draining.open();
    await stopped;
    await expect(send({ url })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('say no when a check does, and whose it was', async () => {
    const checks: HealthCheck[] = [
      { name: 'database', check: () => Promise.reject(new Error('user app at db-7 refused')) },
      { name: 'disk', probes: ['health'], check: () => Promise.reject(new Error('full')) },
      { name: 'loop', probes: ['live'], check: () => {} },
    ];
    const service = await startTestService({ control: { probes, checks } });
    expect(await askAll(service.probes.url)).toEqual({
      livez: '200 ok',
      readyz: '503 failed: database',
      startupz: '200 ok',
      healthz: '503 failed: database, disk',
    });
  });

  it('do not ask checks of a service that stops: what they need may be closed', async () => {
    const drain = createGate();
    let asked = 0;
    const service = await startTestService({
      control: {
        probes,
        checks: [{ name: 'loop', probes: ['live'], maxAgeMs: 0, check: () => (asked += 1) }],
      },
      components: [{ name: 'web', drain: () => drain.passed }],
    });
    await askAll(service.probes.url);
    expect(asked).toBe(1);
    void service.lifecycle.shutdown();
    expect(await askAll(service.probes.url)).toMatchObject({ livez: '200 ok' });
    expect(asked).toBe(1);
    drain.open();
  });

  it('never say yes after a stop has begun, also when the check was asked before', async () => {
    const begun = createGate();
    const check = createGate();
    const drain = createGate();
    const checkSlowly = (): Promise<void> => {
      begun.open();
      return check.passed;
    };
    const service = await startTestService({
      control: { probes, checks: [{ name: 'slow', check: checkSlowly }] },
      components: [{ name: 'web', drain: () => drain.passed }],
    });
    const asked = send(service.probes, { path: '/readyz' });
    await begun.passed;
    void service.lifecycle.shutdown();
    check.open();
    expect((await asked).status).toBe(503);
    drain.open();
  });

  it('are red for a component that failed in a running service', async () => {
    const service = await startTestService({ control: { probes } });
    const handle = service.lifecycle.add({ name: 'cache', start: () => Promise.reject(new Error('no')) });
    await handle.started.catch(() => {});
    expect(await askAll(service.probes.url)).toMatchObject({
      readyz: '200 ok',
      healthz: '503 failed to start: cache',
    });
  });

  it.each(['?verbose', '?verbose=1&x=y', '?'])('are found with the query %s', async (query) => {
    const service = await startTestService({ control: { probes } });
    const answer = await send(service.probes, { path: `/readyz${query}` });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(
      query === '?' ? 'text/plain; charset=utf-8' : 'application/json',
    );
  });

  it('answer in JSON, with components and checks, and without the words of a check on the open port', async () => {
    const checks: HealthCheck[] = [
      { name: 'database', check: () => Promise.reject(new Error('user app at db-7')) },
    ];
    const service = await startTestService({ control: { probes, checks } });
    const open = await send(service.probes, { path: '/readyz', headers: { Accept: 'application/json' } });
    expect(open.json()).toEqual({
      probe: 'readyz',
      status: 'failed',
      summary: 'failed: database',
      state: 'running',
      components: [{ name: 'control', state: 'started' }],
      checks: [{ name: 'database', ok: false, durationMs: expect.any(Number) }],
    });
    const own = await send(service.socket, { path: '/readyz?verbose' });
    expect(own.json()).toMatchObject({ checks: [{ message: 'user app at db-7' }] });
  });

  it('answer HEAD with the same headers and no body', async () => {
    const service = await startTestService({ control: { probes } });
    const get = await send(service.probes, { path: '/livez' });
    const head = await send(service.probes, { method: 'HEAD', path: '/livez' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  it('are served on the control listeners too, without a token', async () => {
    const service = await startTestService({ tcp: true });
    for (const target of [service.socket, service.tcp]) {
      expect((await send(target, { path: '/readyz' })).status).toBe(200);
    }
  });

  it('have a port on which there is nothing else but metrics, and those only if they are wanted', async () => {
    const service = await startTestService({ control: { probes } });
    const paths = [
      '/metrics',
      '/control/status',
      '/control/shutdown',
      '/control/events',
      '/openapi.json',
      '/',
    ];
    const statuses = await Promise.all(
      paths.map(async (path) => (await send(service.probes, { path })).status),
    );
    expect(statuses).toEqual([200, 404, 404, 404, 404, 404]);
    const without = await startTestService({ control: { probes: { ...probes, metrics: false } } });
    expect((await send(without.probes, { path: '/metrics' })).status).toBe(404);
  });
});
