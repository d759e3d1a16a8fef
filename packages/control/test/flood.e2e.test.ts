import { Agent, request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createControlClient } from '../src/client/index.js';
import { type ServiceProcess, startService, tcp } from './support/service-process.js';

const probes = { port: 0, host: '127.0.0.1' };
/** Low enough to be reached on the slowest machine. */
const limits = { proberRate: { perSecond: 50, burst: 100 } };

/** Asks again and again, on a few connections, until the test is over; says how often it was answered and how. */
function flood(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): { readonly statuses: Map<number, number> } {
  const statuses = new Map<number, number>();
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  let isOver = false;
  const ask = (): void => {
    if (isOver) return;
    const outgoing = request(
      `${url}${path}`,
      { agent, headers, method: path.includes('shutdown') ? 'POST' : 'GET' },
      (incoming) => {
        const { statusCode = 0 } = incoming;
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
        incoming.resume().once('close', ask);
      },
    );
    outgoing.once('error', () => setImmediate(ask)).end();
  };
  for (let each = 0; each < 20; each += 1) ask();
  onTestFinished(() => {
    isOver = true;
    agent.destroy();
  });
  return { statuses };
}

async function stopAndMeasure({
  socketPath,
}: ServiceProcess): Promise<{ outcome: string; durationMs: number }> {
  return createControlClient({ socketPath }).shutdown();
}

describe('a flood', () => {
  it.each([
    [
      'of guesses at a token',
      (service: ServiceProcess) =>
        flood(service.addresses.url ?? '', '/control/shutdown', {
          Authorization: 'Bearer a-guess-at-a-token',
        }),
      429,
    ],
    [
      'of probes',
      (service: ServiceProcess) => flood(service.addresses.probesUrl ?? '', '/readyz?verbose'),
      429,
    ],
    ['of scrapes', (service: ServiceProcess) => flood(service.addresses.probesUrl ?? '', '/metrics'), 429],
  ])('%s is held back, and neither the stop nor its owner waits for it', async (_what, start, refusal) => {
    const drainMs = 1_000;
    const service = await startService({ drainMs, control: { ...tcp, probes, limits } });
    const { statuses } = start(service);
    await expect.poll(() => statuses.get(refusal) ?? 0, { timeout: 20_000 }).toBeGreaterThan(100);
    const { outcome, durationMs } = await stopAndMeasure(service);
    expect(outcome).toBe('clean');
    // The drain alone takes a second; what the flood adds must be less than that by far, also on a slow machine.
    expect(durationMs).toBeLessThan(drainMs * 2);
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
  });

  // Only Linux has more than one loopback address without being asked.
  it.runIf(process.platform === 'linux')(
    'of probes from one address leaves those of another alone',
    async () => {
      const service = await startService({ control: { ...tcp, probes, limits } });
      const url = service.addresses.probesUrl ?? '';
      const { statuses } = flood(url, '/livez');
      await expect.poll(() => statuses.get(429) ?? 0, { timeout: 20_000 }).toBeGreaterThan(100);
      const other = await new Promise<number | undefined>((resolve, reject) => {
        request(`${url}/livez`, { localAddress: '127.0.0.2', agent: new Agent() }, (incoming) => {
          incoming.resume();
          resolve(incoming.statusCode);
        })
          .once('error', reject)
          .end();
      });
      expect(other).toBe(200);
    },
  );
});
