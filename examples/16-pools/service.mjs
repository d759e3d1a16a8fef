import { createServer } from 'node:http';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { pool } from '@quiesce/core/pool';
import { Agent, request } from 'undici';

/** Prints the spans that it is given, as an exporter would send them away. */
const exporter = {
  /** @param {import('@opentelemetry/sdk-trace-base').ReadableSpan[]} spans @param {(result: { code: number }) => void} done */
  export(spans, done) {
    for (const { name } of spans) console.log('exported', name);
    done({ code: 0 });
  },
  async shutdown() {
    console.log('telemetry closed');
  },
};
const telemetry = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = telemetry.getTracer('orders');

const backend = createServer((_request, response) => {
  setTimeout(() => response.end('17'), 500);
}).listen(0, '127.0.0.1');
const backends = new Agent();

async function askBackend() {
  const { port } = /** @type {import('node:net').AddressInfo} */ (backend.address());
  const { body } = await request(`http://127.0.0.1:${port}/`, { dispatcher: backends });
  return body.text();
}

const server = createServer((_request, response) => {
  const span = tracer.startSpan('order');
  void askBackend().then((text) => {
    response.end(`answered ${text}\n`);
    span.end();
  });
});
server.once('listening', () => console.log('listening on', server.address()));

const lifecycle = createLifecycle({ name: 'orders' });
// Last of all: hooks may still have something to tell in every phase before.
lifecycle.add({ name: 'telemetry', exit: () => telemetry.shutdown() });
lifecycle.add({ name: 'backend', release: () => void backend.close() });
const agent = lifecycle.add(pool(backends, { name: 'backends' }));
const port = Number(process.env['PORT'] ?? 8080);
lifecycle.add(httpServer(server, { port, host: '127.0.0.1' }), { dependsOn: [agent] });
await lifecycle.run();
