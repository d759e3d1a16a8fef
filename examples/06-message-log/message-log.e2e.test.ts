import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startNode } from '../../e2e/support/process.js';
import { sendRequest } from '../../e2e/support/request-in-flight.js';
import {
  addTopic,
  append,
  createFolder,
  readAll,
  segmentOf,
  startLog,
  stopLog,
} from './message-log-service.js';

describe('the message log', () => {
  it('has every message at its offset after a restart, and how far each consumer has come', async () => {
    const folder = await createFolder();
    const first = await startLog(folder);
    await addTopic(first, 'orders', 'synced');
    await addTopic(first, 'events', 'buffered');
    expect(await append(first, 'orders', ['one', 'two'])).toMatchObject({ status: 201, offset: 0 });
    expect(await append(first, 'orders', ['three'])).toMatchObject({ status: 201, offset: 2 });
    expect(await append(first, 'events', ['four'])).toMatchObject({ status: 201, offset: 0 });
    const consumer = '/topics/orders/partitions/0/consumers/billing';
    const stored = await fetch(`${first.url}${consumer}`, { method: 'PUT', body: '{"offset":2}' });
    expect(stored.status).toBe(204);
    expect(await readAll(first, 'events')).toEqual(['four']);
    expect(await stopLog(first)).toBe(0);
    expect(first.process.stderr).toContain('"topics": 1 messages synced by 2 shards');

    const second = await startLog(folder);
    expect(await readAll(second, 'orders')).toEqual(['one', 'two', 'three']);
    expect(await readAll(second, 'events')).toEqual(['four']);
    expect(await (await fetch(`${second.url}${consumer}`)).json()).toEqual({ offset: 2 });
    expect(await append(second, 'orders', ['five'])).toMatchObject({ offset: 3 });
    expect(await stopLog(second)).toBe(0);
    expect(second.process.stderr).not.toContain('cut off');
  });

  it('goes on in the next segment when one is full, and finds each message again', async () => {
    const folder = await createFolder();
    const settings = { SEGMENT_BYTES: '2000' };
    const first = await startLog(folder, settings);
    await addTopic(first, 'orders', 'synced');
    const messages = Array.from({ length: 60 }, (_, number) => `${number} ${'x'.repeat(100)}`);
    for (let at = 0; at < messages.length; at += 3) await append(first, 'orders', messages.slice(at, at + 3));
    await stopLog(first);

    const second = await startLog(folder, settings);
    const found: string[] = [];
    for (
      let page = await readFrom(second.url, 0);
      page.length > 0;
      page = await readFrom(second.url, found.length)
    )
      found.push(...page);
    expect(found).toEqual(messages);
    expect((await readFrom(second.url, 31))[0]).toBe(messages[31]);
    await stopLog(second);
  });

  it('answers 503 to health checks and serves on while it announces its stop, then tells each step of each shard', async () => {
    const log = await startLog(await createFolder(), { ANNOUNCE_MS: '2000', EVENTS: 'stdout' });
    await addTopic(log, 'orders', 'synced');
    expect(await fetch(`${log.probes}/healthz`)).toMatchObject({ status: 200 });
    log.process.signal('SIGTERM');
    await log.process.waitForLine('stopping (graceful');
    expect(await fetch(`${log.probes}/healthz`)).toMatchObject({ status: 503 });
    expect(await fetch(`${log.probes}/readyz`)).toMatchObject({ status: 503 });
    expect(await fetch(`${log.probes}/livez`)).toMatchObject({ status: 200 });
    expect(await append(log, 'orders', ['late'])).toMatchObject({ status: 201 });
    expect(await log.process.waitForExit()).toMatchObject({ code: 0 });

    const events = log.process.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly type: string });
    for (const step of ['announce', 'refuse', 'drain', 'persist', 'release']) {
      for (const part of ['shards/0', 'shards/1']) {
        expect(log.process.stderr).toMatch(new RegExp(`${step} of "${part}" done after [\\d.]+ s`));
        expect(events).toContainEqual(
          expect.objectContaining({ type: 'part-step', part, step, durationMs: expect.any(Number) }),
        );
      }
    }
  });

  it('begins to write what is in memory as soon as a stop begins, and serves on meanwhile', async () => {
    const folder = await createFolder();
    const log = await startLog(folder, { ANNOUNCE_MS: '2000', EVENTS: 'stdout', FLUSH_MS: '600000' });
    await addTopic(log, 'events', 'buffered');
    await append(log, 'events', ['one', 'two']);
    expect(statSync(segmentOf(folder, 'events')).size).toBe(0);
    log.process.signal('SIGTERM');
    await expect.poll(() => statSync(segmentOf(folder, 'events')).size).toBeGreaterThan(0);
    expect(log.process.stdout).not.toContain('"phase":"refuse"');
    expect(await append(log, 'events', ['three'])).toMatchObject({ status: 201, offset: 2 });
    expect(await log.process.waitForExit()).toMatchObject({ code: 0 });
    expect(log.process.stderr).toContain('"topics": 3 messages synced by 2 shards');
  });

  it('answers a consumer that waits for messages when they come, and when the service stops', async () => {
    const log = await startLog(await createFolder());
    await addTopic(log, 'orders', 'synced');
    const path = `${log.url}/topics/orders/partitions/0/messages`;
    const first = await sendRequest(`${path}?offset=0&waitMs=30000`);
    await append(log, 'orders', ['one']);
    expect((await first.answer).headers['x-count']).toBe('1');
    const second = await sendRequest(`${path}?offset=1&waitMs=30000`);
    expect(await stopLog(log)).toBe(0);
    expect((await second.answer).headers['x-count']).toBe('0');
  });

  it('keeps a second service out of its folder', async () => {
    const folder = await createFolder();
    const first = await startLog(folder);
    const second = startNode(new URL('server.mjs', import.meta.url), [], {
      env: { PORT: '0', PROBES_PORT: '0', DATA: `${folder}/log`, SOCKET: `${folder}/second/s.sock` },
    });
    expect(await second.waitForExit()).toMatchObject({ code: 1 });
    expect(second.stderr).toContain(`is in use by process ${first.process.pid}`);
    expect(await stopLog(first)).toBe(0);
  });
});

async function readFrom(url: string, offset: number): Promise<readonly string[]> {
  const response = await fetch(`${url}/topics/orders/partitions/0/messages?offset=${offset}`);
  const body = Buffer.from(await response.arrayBuffer());
  const messages: string[] = [];
  for (let at = 0; at < body.length; at += 4 + body.readUInt32BE(at))
    messages.push(body.subarray(at + 4, at + 4 + body.readUInt32BE(at)).toString());
  return messages;
}
