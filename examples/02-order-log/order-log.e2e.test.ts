import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNode, type TestProcess } from '../../e2e/support/process.js';
import { sendRequest } from '../../e2e/support/request-in-flight.js';

interface Service {
  readonly process: TestProcess;
  readonly url: string;
}

/** An order as a client remembers it: its number and its text. */
type Order = readonly [id: number, text: string];

async function createOrdersFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'order-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'orders.log');
}

async function startService(orders: string, announceMs: number): Promise<Service> {
  const env = { PORT: '0', ORDERS: orders, ANNOUNCE_MS: String(announceMs) };
  const service = startNode(new URL('server.mjs', import.meta.url), [], { env });
  const line = await service.waitForLine('listening on');
  return { process: service, url: line.replace('listening on ', '') };
}

async function sendOrder({ url }: Service, text: string): Promise<Order> {
  const response = await fetch(`${url}/orders`, { method: 'POST', body: text });
  const { id } = (await response.json()) as { readonly id: number };
  return [id, text];
}

/** Sends orders, each after the one before was acknowledged, until the service takes none any more. */
async function sendOrders(service: Service, client: number, enough: () => void): Promise<readonly Order[]> {
  const orders: Order[] = [];
  try {
    for (;;) {
      orders.push(await sendOrder(service, `order ${orders.length} of client ${client}`));
      if (orders.length === 20) enough();
    }
  } catch {
    return orders;
  }
}

async function findOrders({ url }: Service, orders: readonly Order[]): Promise<readonly Order[]> {
  const texts = orders.map(async ([id]): Promise<Order> => {
    const response = await fetch(`${url}/orders/${id}`);
    return [id, await response.text()];
  });
  return Promise.all(texts);
}

async function stop({ process: service }: Service): Promise<void> {
  service.signal('SIGTERM');
  expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
}

describe('the service with an order log', () => {
  it('has every acknowledged order after a stop in the middle of writing', async () => {
    const file = await createOrdersFile();
    const service = await startService(file, 0);
    const clients = [1, 2, 3, 4].map((client) =>
      sendOrders(service, client, () => void service.process.signal('SIGTERM')),
    );
    const orders = (await Promise.all(clients)).flat();
    expect(await service.process.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(orders.length).toBeGreaterThan(20);
    expect(service.process.stderr).toMatch(/[1-9]\d* orders were written and synced/);

    const again = await startService(file, 0);
    expect(await findOrders(again, orders)).toEqual(orders);
    await stop(again);
  });

  it('drops the half record that a killed process has left, and keeps those before and after it', async () => {
    const file = await createOrdersFile();
    const first = await startService(file, 0);
    const before = await sendOrder(first, 'whole');
    await stop(first);
    await appendFile(file, Buffer.from([0, 0, 0, 99, 1, 2, 3, 4, 5]));

    const second = await startService(file, 0);
    const after = await sendOrder(second, 'after the half one');
    await stop(second);

    const third = await startService(file, 0);
    expect(await findOrders(third, [before, after])).toEqual([before, after]);
    expect(after[0]).toBe(before[0] + 1);
    await stop(third);
  });

  it('says that it is not ready, and still serves, while it announces its stop', async () => {
    const service = await startService(await createOrdersFile(), 10_000);
    const [id] = await sendOrder(service, 'one');
    expect(await fetch(`${service.url}/readyz`)).toMatchObject({ status: 200 });

    const { answer } = await sendRequest(`${service.url}/slow?ms=100`);
    service.process.signal('SIGTERM');
    await service.process.waitForLine('stopping (graceful');

    expect(await fetch(`${service.url}/readyz`)).toMatchObject({ status: 503 });
    expect(await fetch(`${service.url}/orders/${id}`)).toMatchObject({ status: 200 });
    expect(await answer).toMatchObject({ status: 200 });
  });
});
