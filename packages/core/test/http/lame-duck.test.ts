import type { LameDuckPace } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { get, type RawClient, tryToConnect } from './support/raw-client.js';
import { echoPath, serve, type TestServer, turns } from './support/test-server.js';

interface Ducks extends TestServer {
  readonly clients: readonly RawClient[];
  readonly pace: AbortController;
}

async function serveDucks(
  count: number,
  durationMs: number,
  graceMs: number,
  idleWindowMs = 500,
): Promise<Ducks> {
  const pace = new AbortController();
  const lameDuck: LameDuckPace = { durationMs, graceMs, signal: pace.signal };
  const served = await serve(echoPath, { lameDuck, idleWindowMs });
  const clients: RawClient[] = [];
  for (let index = 0; index < count; index += 1) {
    const client = await served.connect();
    client.send(get('/hello'));
    await client.until('/hello');
    clients.push(client);
  }
  await served.clock.advance(60_000);
  return { ...served, clients, pace };
}

/** How many clients the server has closed. */
async function countGone(clients: readonly RawClient[]): Promise<number> {
  await turns();
  return clients.filter(({ socket }) => socket.readableEnded).length;
}

describe('a lame duck', () => {
  it('refuses new connections at once, and sends nobody away in the time of grace', async () => {
    const { address, clients, clock, refuse } = await serveDucks(4, 5_000, 1_000);
    await refuse();
    expect(await tryToConnect(address)).toBe('ECONNREFUSED');
    await clock.advance(998);
    expect(await countGone(clients)).toBe(0);
  });

  it('sends its clients away one by one, each after half of its gap to the whole', async () => {
    const { clients, clock, drain, refuse } = await serveDucks(4, 5_000, 1_000);
    await refuse();
    const drained = drain();
    const leftAtMs: number[] = [];
    for (const begunMs = clock.now(); leftAtMs.length < clients.length; await clock.advance(50)) {
      const gone = await countGone(clients);
      while (leftAtMs.length < gone) leftAtMs.push(clock.now() - begunMs);
    }
    await drained.settled;
    const [first = 0, ...others] = leftAtMs;
    expect(first).toBe(1_000);
    let lastMs = first;
    for (const atMs of others) {
      expect(atMs - lastMs).toBeGreaterThanOrEqual(500 - 50);
      expect(atMs - lastMs).toBeLessThanOrEqual(1_000 + 50);
      lastMs = atMs;
    }
  });

  it('serves whoever has not had its turn as ever', async () => {
    const { clients, clock, refuse } = await serveDucks(2, 3_000, 1_000, 2_000);
    await refuse();
    await clock.advance(1_000);
    expect(await countGone(clients)).toBe(1);
    const last = clients.find(({ socket }) => !socket.readableEnded) as RawClient;
    last.send(get('/meanwhile'));
    expect(await last.until('/meanwhile')).toContain('Connection: keep-alive');
    await clock.advance(1_000);
    last.send(get('/turn'));
    expect(await last.until('/turn')).toContain('Connection: close');
  });

  it('sends all others away when the pacing is over before its time', async () => {
    const { clients, clock, drain, pace, refuse } = await serveDucks(10, 60_000, 1_000);
    await refuse();
    const drained = drain();
    await clock.advance(1_000);
    expect(await countGone(clients)).toBe(1);
    pace.abort();
    await clock.advance(5);
    expect(await countGone(clients)).toBe(10);
    await drained.settled;
    expect(clock.timers).toBe(0);
  });

  it('sends all away at once when the pacing is over before it began', async () => {
    const { clients, clock, drain, pace, refuse } = await serveDucks(3, 60_000, 1_000);
    pace.abort();
    await refuse();
    await clock.advance(5);
    expect(await countGone(clients)).toBe(3);
    await drain().settled;
  });

  it('does not wait for turns of clients that have gone', async () => {
    const { clients, drain, refuse } = await serveDucks(3, 60_000, 10_000);
    await refuse();
    const drained = drain();
    for (const { socket } of clients) socket.end();
    await drained.settled;
    expect(await countGone(clients)).toBe(3);
  });
});
