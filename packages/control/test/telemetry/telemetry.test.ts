import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestService } from '../support/test-service.js';

function setUpTracing(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  onTestFinished(async () => {
    trace.disable();
    await provider.shutdown();
  });
  return exporter;
}

function setUpMetrics(): { read(): Promise<Record<string, { value: unknown; attributes: object }[]>> } {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  onTestFinished(async () => {
    metrics.disable();
    await provider.shutdown();
  });
  return {
    async read() {
      await reader.forceFlush();
      const [last] = exporter.getMetrics().slice(-1);
      const all = last?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints.map(({ value, attributes }) => ({ value, attributes })),
        ]),
      );
    },
  };
}

function describeSpan({ name, status, attributes }: ReadableSpan): object {
  return { name, ok: status.code !== SpanStatusCode.ERROR, attributes };
}

describe('OpenTelemetry', () => {
  it('gets a span of the stop and of each phase, all ended before telemetry is flushed', async () => {
    const exporter = setUpTracing();
    let endedAtFlush: string[] = [];
    const service = await startTestService({
      components: [
        { name: 'web', drain: () => {} },
        {
          name: 'telemetry',
          exit: () => void (endedAtFlush = exporter.getFinishedSpans().map(({ name }) => name)),
        },
      ],
    });
    await service.lifecycle.shutdown({ reason: 'deploy 17' });
    const phases = ['announce', 'refuse', 'drain', 'persist', 'release'].map(
      (phase) => `quiesce.stop.${phase}`,
    );
    expect(endedAtFlush).toEqual([...phases, 'quiesce.stop']);
    const spans = exporter.getFinishedSpans();
    const stop = spans.find(({ name }) => name === 'quiesce.stop');
    expect(stop && describeSpan(stop)).toEqual({
      name: 'quiesce.stop',
      ok: true,
      attributes: { 'quiesce.stop.mode': 'graceful', 'quiesce.stop.reason': 'deploy 17' },
    });
    const drain = spans.find(({ name }) => name === 'quiesce.stop.drain');
    expect(drain?.parentSpanContext?.spanId).toBe(stop?.spanContext().spanId);
    expect(drain?.attributes).toMatchObject({ 'quiesce.stop.phase.outcome': 'done' });
  });

  it('sees in the spans what went wrong', async () => {
    const exporter = setUpTracing();
    const service = await startTestService({
      components: [{ name: 'web', persist: () => Promise.reject(new Error('disk full')) }],
    });
    await service.lifecycle.shutdown();
    const spans = exporter.getFinishedSpans();
    expect(spans.filter((span) => span.status.code === SpanStatusCode.ERROR).map(({ name }) => name)).toEqual(
      ['quiesce.stop.persist', 'quiesce.stop'],
    );
    const persist = spans.find(({ name }) => name === 'quiesce.stop.persist');
    expect(persist?.events).toMatchObject([
      { name: 'hook', attributes: { component: 'web', outcome: 'failed', error: 'disk full' } },
    ]);
  });

  it('counts stops, and measures phases and work in flight', async () => {
    const reader = setUpMetrics();
    let pending = 3;
    const drain = (): void => {
      pending = 0;
    };
    const service = await startTestService({ components: [{ name: 'web', pending: () => pending, drain }] });
    expect(await reader.read()).toMatchObject({
      'quiesce.work.in_flight': [{ value: 3 }],
      'quiesce.ready': [{ value: 1 }],
    });
    await service.lifecycle.shutdown();
    const after = await reader.read();
    expect(after).toMatchObject({
      'quiesce.stops.initiated': [{ value: 1, attributes: { mode: 'graceful', reason: 'requested' } }],
      'quiesce.stops.completed': [{ value: 1, attributes: { outcome: 'clean', reason: 'requested' } }],
    });
    expect(after['quiesce.stop.phase.duration']?.map(({ attributes }) => attributes)).toContainEqual({
      phase: 'drain',
      outcome: 'done',
    });
  });

  it('is left alone when it is not wanted, or nobody has set it up', async () => {
    const exporter = setUpTracing();
    const service = await startTestService({ control: { telemetry: false } });
    await service.lifecycle.shutdown();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
