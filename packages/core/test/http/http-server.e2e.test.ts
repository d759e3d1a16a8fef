import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startHttpService } from './support/http-service.js';
import { startLoad } from './support/load.js';
import { get, openClient, post, type RawClient } from './support/raw-client.js';

describe('a service that gets SIGTERM under load', () => {
  it('answers every request whose handler ran, and resets no connection it had answered on', async ({
    onTestFinished,
  }) => {
    for (let stop = 0; stop < 3; stop += 1) {
      const service = await startHttpService(onTestFinished);
      const load = startLoad({ port: service.address.port, keepAlive: 32, fresh: 4 });
      await load.answered(300 + Math.floor(Math.random() * 300));
      service.process.signal('SIGTERM');
      const { exit, report } = await service.stopped();
      const requests = await load.stop();
      const handled = service.readHandled();
      const unanswered = requests.filter(({ outcome }) => outcome === 'failed');
      expect(unanswered.filter(({ id }) => handled.has(id))).toEqual([]);
      expect(unanswered.filter(({ wasReused }) => wasReused)).toEqual([]);
      expect(exit.code).toBe(0);
      expect(report.outcome).toBe('clean');
      expect(report.work.cut).toBe(0);
      expect(requests.filter(({ outcome }) => outcome === 'answered').length).toBeGreaterThan(300);
    }
  });

  it('waits until a slow reader has every byte, and ends then', async ({ onTestFinished }) => {
    const service = await startHttpService(onTestFinished);
    const client = await openClient(service.address);
    client.send(get('/big?id=big', { Connection: 'close' }));
    await client.until('200 OK');
    client.socket.pause();
    service.process.signal('SIGTERM');
    await service.process.waitForLine('phase drain');
    await delay(700); // longer than every window: only what has not arrived holds the process
    expect(service.process.exit).toBeUndefined();
    client.socket.resume();
    const received = await client.rest();
    expect(received.length - received.indexOf('\r\n\r\n') - 4).toBe(8 * 1024 * 1024);
    const { report, exit } = await service.stopped();
    expect(exit.code).toBe(0);
    expect(report.outcome).toBe('clean');
  });

  it('waits for a slow upload', async ({ onTestFinished }) => {
    const service = await startHttpService(onTestFinished);
    const client = await openClient(service.address);
    client.send(post('/upload?id=upload', 100_000));
    await expect.poll(() => service.readHandled().has('upload')).toBe(true);
    service.process.signal('SIGTERM');
    await service.process.waitForLine('phase drain');
    for (let sent = 0; sent < 10; sent += 1) {
      await delay(20);
      client.send('x'.repeat(10_000));
    }
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*got 100000$/);
    expect((await service.stopped()).exit.code).toBe(0);
  });

  it('is not held by clients that say nothing, half a head, or never close', async ({ onTestFinished }) => {
    const service = await startHttpService(onTestFinished);
    const silent = await openClient(service.address);
    const half = await openClient(service.address);
    half.send('GET / HTTP/1.1\r\nHo');
    const keepers: RawClient[] = [];
    for (let index = 0; index < 50; index += 1) {
      const keeper = await openClient(service.address, { allowHalfOpen: true });
      keeper.send(get(`/?id=keeper-${index}`));
      await keeper.until('short answer');
      keepers.push(keeper);
    }
    service.process.signal('SIGTERM');
    const { exit, report } = await service.stopped();
    expect(exit.code).toBe(0);
    expect(exit.ms).toBeLessThan(5_000); // the keep-alive timeout is ten minutes
    expect(report.outcome).toBe('clean');
    for (const client of [silent, half, ...keepers]) expect(await client.ended).toBe('end');
  });

  it('answers a request in flight among two thousand idle connections, and ends soon after', async ({
    onTestFinished,
  }) => {
    const service = await startHttpService(onTestFinished);
    for (let opened = 0; opened < 2_000; opened += 100) {
      const batch = Array.from({ length: 100 }, async () => {
        const client = await openClient(service.address);
        client.send(get('/?id=idle'));
        await client.until('short answer');
      });
      await Promise.all(batch);
    }
    await delay(600); // idle for longer than the window
    const client = await openClient(service.address);
    client.send(get('/after?ms=1000&id=slow'));
    await expect.poll(() => service.readHandled().has('slow')).toBe(true);
    service.process.signal('SIGTERM');
    expect(await client.rest()).toMatch(/Connection: close\r\n[^]*answer$/);
    const answeredAt = performance.now();
    const { exit, report } = await service.stopped();
    expect(exit.code).toBe(0);
    expect(performance.now() - answeredAt).toBeLessThan(1_000);
    expect(report.work).toMatchObject({ inFlightAtStart: 1, completed: 1, cut: 0 });
  });

  it('cuts what is left at a second SIGTERM, and names it', async ({ onTestFinished }) => {
    const service = await startHttpService(onTestFinished, { options: { signalDebounceMs: 10 } });
    const client = await openClient(service.address);
    client.send(get('/never?id=never&token=secret'));
    await expect.poll(() => service.readHandled().has('never')).toBe(true);
    service.process.signal('SIGTERM');
    await service.process.waitForLine('phase drain');
    await delay(50);
    service.process.signal('SIGTERM');
    const { exit, report } = await service.stopped();
    expect(exit.code).toBe(3);
    expect(report.outcome).toBe('incomplete');
    expect(report.work.cutWork).toEqual([
      { component: 'http', name: 'GET /never', ageMs: expect.any(Number) as number },
    ]);
    expect(JSON.stringify(report)).not.toContain('secret');
    await client.ended;
  });

  it('answers 503 until what was in flight has ended, when it is told to', async ({ onTestFinished }) => {
    const service = await startHttpService(onTestFinished, { http: { serveAndRefuse: true } });
    const client = await openClient(service.address);
    client.send(get('/after?ms=500&id=slow'));
    await expect.poll(() => service.readHandled().has('slow')).toBe(true);
    service.process.signal('SIGTERM');
    await service.process.waitForLine('phase drain');
    const late = await openClient(service.address);
    late.send(get('/?id=late'));
    expect(await late.rest()).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 1\r\n/);
    expect(await client.rest()).toMatch(/answer$/);
    const { report } = await service.stopped();
    expect(report.outcome).toBe('clean');
    expect(report.notes).toEqual([expect.objectContaining({ code: 'refused-requests', count: 1 })]);
    expect(service.readHandled().has('late')).toBe(false);
  });
});
