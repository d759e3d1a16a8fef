// A WebSocket server for `npm run websockets`: it is told over IPC to stop, and says how that went.
//
//   node web-sockets.mjs quiesce|close
import { once } from 'node:events';
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

const server = createServer({ requestTimeout: 0, headersTimeout: 0 });
const wss = new WebSocketServer({ server });
wss.on('connection', (client) => {
  client.on('message', (data) => client.send(data));
  client.on('error', () => {});
});
const stop = process.argv[2] === 'quiesce' ? await prepareQuiesce() : closeByHand;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 });
await once(server, 'listening');
process.send({ port: server.address().port });

const [request] = await once(process, 'message');
const delay = monitorEventLoopDelay({ resolution: 1 });
const clients = wss.clients.size;
globalThis.gc?.();
await sleep(200);
delay.enable();
// The processor's time from one tick to the next: what the loop is blocked for where nobody else wants the processor.
let longestCpuMs = 0;
let lastTick = process.cpuUsage();
const ticks = setInterval(() => {
  const { user, system } = process.cpuUsage(lastTick);
  lastTick = process.cpuUsage();
  longestCpuMs = Math.max(longestCpuMs, (user + system) / 1_000);
}, 1);
const begunMs = performance.now();
const cpu = process.cpuUsage();
const report = await stop(request);
const { user, system } = process.cpuUsage(cpu);
delay.disable();
clearInterval(ticks);
process.send({
  clients,
  durationMs: performance.now() - begunMs,
  cpuMs: (user + system) / 1_000,
  longestBlockMs: delay.max / 1e6,
  p99BlockMs: delay.percentile(99) / 1e6,
  longestCpuMs,
  ...report,
});
process.disconnect();

async function prepareQuiesce() {
  const { createLifecycle, silentLogger } = await import('@quiesce/core');
  const { httpServer } = await import('@quiesce/core/http');
  const { webSocketServer } = await import('@quiesce/core/ws');
  const lifecycle = createLifecycle({
    name: 'web-sockets',
    signals: false,
    exit: false,
    logger: silentLogger,
    timeoutMs: 120_000,
    lameDuckMs: 20_000,
    lameDuckGraceMs: 1_000,
  });
  lifecycle.add(httpServer(server));
  lifecycle.add(webSocketServer(wss, { retryMs: 5_000 }));
  await lifecycle.start();
  return async ({ mode }) => {
    const { outcome, work } = await lifecycle.shutdown({ mode });
    return { outcome, cut: work.cut };
  };
}

/** What most services do. */
async function closeByHand() {
  server.close();
  const closed = once(wss, 'close');
  wss.close();
  for (const client of wss.clients) client.close(1001, 'server is stopping');
  await closed;
  return { outcome: '–', cut: 0 };
}
