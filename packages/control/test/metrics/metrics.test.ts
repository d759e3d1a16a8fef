import { Counter, type OpenMetricsContentType, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { renderMetrics } from '../../src/metrics/exposition.js';
import { createCounter, createGauge } from '../../src/metrics/metric-family.js';
import { classifyReason } from '../../src/metrics/stop-reason.js';
import { send, sendStop } from '../support/http.js';
import { as, createGate, startTestService, type TestService } from '../support/test-service.js';

async function scrape({ socket }: TestService): Promise<string[]> {
  const { text, status } = await send(socket, { path: '/metrics' });
  expect(status).toBe(200);
  return text.split('\n');
}

describe('the text format', () => {
  it('escapes what has a meaning in it', () => {
    const gauge = createGauge<'path'>('a_gauge', 'a \\ help\nwith two lines');
    gauge.set({ path: 'C:\\"x"\n' }, 1.5);
    gauge.set({ path: 'inf' }, Number.POSITIVE_INFINITY);
    gauge.set({ path: 'nan' }, Number.NaN);
    expect(renderMetrics([gauge])).toBe(
      [
        '# HELP a_gauge a \\\\ help\\nwith two lines',
        '# TYPE a_gauge gauge',
        'a_gauge{path="C:\\\\\\"x\\"\\n"} 1.5',
        'a_gauge{path="inf"} +Inf',
        'a_gauge{path="nan"} NaN',
        '',
      ].join('\n'),
    );
  });

  it('has one sample for each combination of labels', () => {
    const counter = createCounter<'a' | 'b'>('things_total', 'Things.');
    counter.increment({ a: '1', b: '2' });
    counter.increment({ a: '1', b: '2' }, 2);
    counter.increment({ a: '12', b: '' });
    expect(renderMetrics([counter]).split('\n').slice(2, 4)).toEqual([
      'things_total{a="1",b="2"} 3',
      'things_total{a="12",b=""} 1',
    ]);
  });
});

describe('GET /metrics', () => {
  it('tells the state of the service and what is in flight', async () => {
    const service = await startTestService({ components: [{ name: 'web', pending: () => 7 }] });
    const token = service.lifecycle.enter('a job');
    const lines = await scrape(service);
    expect(lines).toEqual(
      expect.arrayContaining([
        'quiesce_state{state="running"} 1',
        'quiesce_state{state="stopping"} 0',
        'quiesce_ready 1',
        'quiesce_work_in_flight 8',
        'quiesce_component_work_in_flight{component="web"} 7',
        'quiesce_previous_stop_killed 0',
      ]),
    );
    token[Symbol.dispose]();
  });

  it('tells the stop while it runs, by reason and mode, and how long everything took', async () => {
    const persist = createGate();
    const service = await startTestService({
      components: [{ name: 'web', drain: () => {}, persist: () => persist.passed }],
    });
    const asked = sendStop(service.socket, { reason: 'a text of somebody' });
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('persist');
    const text = (await scrape(service)).join('\n');
    expect(text).toContain('quiesce_stops_initiated_total{reason="requested",mode="graceful"} 1');
    expect(text).toMatch(/quiesce_stop_phase_duration_seconds\{phase="drain",outcome="done"\} [\d.e-]+\n/);
    expect(text).toMatch(
      /quiesce_stop_component_duration_seconds\{component="web",phase="drain",outcome="done"\} /,
    );
    expect(text).toMatch(/quiesce_stop_remaining_seconds \d/);
    expect(text).toContain('quiesce_ready 0');
    expect(text).not.toContain('quiesce_stops_completed_total{');
    persist.open();
    await asked;
  });

  it('counts a completed stop by its outcome, for whoever reads the registry last', async () => {
    const registry = new Registry();
    const service = await startTestService({ control: { registry } });
    await service.lifecycle.shutdown({ reason: 'requested' });
    expect(await registry.getSingleMetricAsString('quiesce_stops_completed_total')).toContain(
      'quiesce_stops_completed_total{reason="requested",outcome="clean"} 1',
    );
  });

  it('counts late connections, climbs, requests and refusals', async () => {
    const drain = createGate();
    const service = await startTestService({
      tcp: true,
      components: [
        {
          name: 'web',
          refuse: (stop) => stop.note({ code: 'late-connections', message: '3 came late', count: 3 }),
          drain: () => new Promise(() => {}),
          persist: () => drain.passed,
        },
      ],
    });
    await send(service.tcp, { path: '/control/status' });
    await send(service.tcp, { path: '/control/status', headers: as('observe') });
    await send(service.socket, { method: 'BREW', path: '/coffee' }).catch(() => {});
    await send(service.socket, { method: 'PROPFIND', path: '/livez' });
    void service.lifecycle.shutdown();
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('drain');
    void service.lifecycle.shutdown({ mode: 'last-ditch' });
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('persist');
    expect(await scrape(service)).toEqual(
      expect.arrayContaining([
        'quiesce_late_connections_total 3',
        'quiesce_stop_climbs_total{from="graceful",to="last-ditch"} 1',
        'quiesce_control_requests_total{route="status",method="GET",status="401"} 1',
        'quiesce_control_requests_total{route="status",method="GET",status="200"} 1',
        'quiesce_control_requests_total{route="unmatched",method="other",status="405"} 1',
        'quiesce_control_rejections_total{cause="unauthorized"} 1',
        'quiesce_control_rejections_total{cause="method-not-allowed"} 1',
        'quiesce_control_waiting_callers 0',
      ]),
    );
    drain.open();
  });

  it('tells of health checks what they answered', async () => {
    const checks = [{ name: 'database', check: () => Promise.reject(new Error('no')) }];
    const service = await startTestService({ control: { checks } });
    expect((await scrape(service)).join('\n')).not.toContain('quiesce_health_check_ok{');
    await send(service.socket, { path: '/readyz' });
    expect(await scrape(service)).toContain('quiesce_health_check_ok{check="database"} 0');
  });

  it('serves a registry of prom-client with everything in it, in its own format', async () => {
    const registry = new Registry<OpenMetricsContentType>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc(5);
    const service = await startTestService({ control: { registry } });
    await send(service.socket, { path: '/livez' });
    const answer = await send(service.socket, { path: '/metrics' });
    expect(answer.headers['content-type']).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(answer.text).toContain('orders_total 5');
    expect(answer.text).toContain(
      'quiesce_control_requests_total{route="livez",method="GET",status="200"} 1',
    );
    expect(answer.text).toMatch(/# EOF\n$/);
    registry.resetMetrics();
    const json = await registry.getMetricsAsJSON();
    expect(json.map(({ name }) => name)).toContain('quiesce_ready');
  });

  it('says when a registry cannot be collected', async () => {
    const registry = {
      contentType: 'text/plain',
      registerMetric: () => {},
      metrics: () => Promise.reject(new Error('broken collector')),
    };
    const service = await startTestService({ control: { registry } });
    const answer = await send(service.socket, { path: '/metrics' });
    expect([answer.status, answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: 'metrics-unavailable', detail: 'broken collector' }),
    ]);
  });

  it('names metrics as Prometheus wants them', async () => {
    const service = await startTestService({ control: { checks: [{ name: 'a', check: () => {} }] } });
    await send(service.socket, { path: '/readyz' });
    const lines = await scrape(service);
    const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ').slice(2));
    expect(types.length).toBeGreaterThan(15);
    for (const [name = '', type] of types) {
      expect(name).toMatch(/^quiesce_[a-z_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(name, 'durations are in seconds').not.toMatch(/_ms$|_millis/);
    }
    expect(lines.filter((line) => line.startsWith('# HELP '))).toHaveLength(types.length);
  });
});

describe('the reason of a stop as a label', () => {
  it('has few values, whatever people write', () => {
    expect(
      ['signal:SIGTERM', 'crash', 'start-failed', 'deploy 17', 'signal:anything', 'control:owner'].map(
        classifyReason,
      ),
    ).toEqual(['signal:SIGTERM', 'crash', 'start-failed', 'requested', 'requested', 'requested']);
  });
});
