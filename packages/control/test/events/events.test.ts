import { Agent, get, type IncomingMessage } from 'node:http';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEventHub } from '../../src/events/event-hub.js';
import { send, sendStop } from '../support/http.js';
import { createGate, startTestService } from '../support/test-service.js';

/** Follows a stream; `text` grows as it comes. */
interface Follower {
  readonly text: string;
  readonly ended: Promise<void>;
  readonly headers: IncomingMessage['headers'];
  close(): void;
}

function follow(socketPath: string, headers: Record<string, string> = {}): Promise<Follower> {
  return new Promise((resolve, reject) => {
    const outgoing = get({ socketPath, path: '/control/events', headers, agent: new Agent() }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const ended = new Promise<void>((done) => incoming.on('error', () => {}).once('close', () => done()));
      resolve({
        get text() {
          return text;
        },
        ended,
        headers: incoming.headers,
        close: () => outgoing.destroy(),
      });
    });
    outgoing.once('error', reject);
    onTestFinished(() => void outgoing.destroy());
  });
}

interface SentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

function parseEvents(text: string): SentEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
      );
      return {
        id: fields.get('id'),
        event: fields.get('event') ?? '',
        data: JSON.parse(fields.get('data') ?? '') as Record<string, unknown>,
      };
    });
}

describe('GET /control/events', () => {
  it('sends the state first, then what happens, and the report last', async () => {
    const service = await startTestService({ components: [{ name: 'web', drain: () => {} }] });
    const follower = await follow(service.socket.socketPath);
    expect(follower.headers['content-type']).toBe('text/event-stream');
    await sendStop(service.socket);
    await follower.ended;
    const events = parseEvents(follower.text);
    expect(events[0]).toMatchObject({
      id: undefined,
      event: 'status',
      data: { status: { state: 'running' } },
    });
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['state', 'stop', 'phase-start', 'phase-end', 'hook-start', 'hook-end']),
    );
    expect(events.at(-1)).toMatchObject({
      event: 'report',
      data: { type: 'report', report: { outcome: 'clean' } },
    });
    expect(follower.text).toMatch(/^retry: 1000\n\n/);
  });

  it('sends what was missed to a client that connects again', async () => {
    const drain = createGate();
    const service = await startTestService({ components: [{ name: 'web', drain: () => drain.passed }] });
    const first = await follow(service.socket.socketPath);
    void service.lifecycle.shutdown();
    await expect.poll(() => first.text).toContain('"phase":"drain"');
    first.close();
    const seen = parseEvents(first.text);
    const again = await follow(service.socket.socketPath, { 'Last-Event-ID': seen[2]?.id ?? '' });
    await expect.poll(() => parseEvents(again.text).length).toBe(seen.length - 2);
    expect(parseEvents(again.text).slice(1)).toEqual(seen.slice(3));
    drain.open();
    await again.ended;
  });

  it.each(['0', '999999', 'x', '-1'])(
    'starts with the state alone after the unknown event %s',
    async (id) => {
      const service = await startTestService();
      void service.lifecycle.add({ name: 'late', start() {} });
      const follower = await follow(service.socket.socketPath, { 'Last-Event-ID': id });
      await expect.poll(() => parseEvents(follower.text)[0]?.event).toBe('status');
      follower.close();
    },
  );

  it('sends lines of JSON to whoever prefers them', async () => {
    const service = await startTestService();
    const follower = await follow(service.socket.socketPath, { Accept: 'application/x-ndjson' });
    await service.lifecycle.shutdown();
    await follower.ended;
    const lines = follower.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([lines[0]?.['type'], lines.at(-1)?.['type']]).toEqual(['status', 'report']);
  });

  it('has as many streams as there may be, and takes the next one when one has ended', async () => {
    const service = await startTestService({ control: { limits: { maxStreams: 1 } } });
    const first = await follow(service.socket.socketPath);
    const refused = await send(service.socket, { path: '/control/events' });
    expect([refused.status, refused.json()['code']]).toEqual([503, 'too-many-streams']);
    first.close();
    await expect
      .poll(async () => {
        const next = await follow(service.socket.socketPath);
        next.close();
        return next.headers['content-type'];
      })
      .toBe('text/event-stream');
  });

  it('gives up a reader who does not read', async () => {
    const service = await startTestService({ control: { limits: { streamBufferBytes: 1_024 } } });
    const outgoing = get({
      socketPath: service.socket.socketPath,
      path: '/control/events',
      agent: new Agent(),
    });
    const incoming = await new Promise<IncomingMessage>((resolve) => outgoing.once('response', resolve));
    incoming.pause();
    const closed = new Promise<void>((resolve) =>
      incoming.on('error', () => {}).once('close', () => resolve()),
    );
    const streams = async (): Promise<string> => (await send(service.socket, { path: '/metrics' })).text;
    expect(await streams()).toContain('quiesce_control_waiting_callers 1');
    // More than any socket takes in unread.
    const component = { name: 'x'.repeat(1_000_000), start: () => {} };
    for (let each = 0; each < 8; each += 1) {
      service.lifecycle.add({ ...component, name: `${each}${component.name}` });
      await service.lifecycle.ready();
    }
    await expect.poll(streams).toContain('quiesce_control_waiting_callers 0');
    incoming.resume();
    await closed;
  });

  it('answers HEAD without opening a stream', async () => {
    const service = await startTestService({ control: { limits: { maxStreams: 1 } } });
    const head = await send(service.socket, { method: 'HEAD', path: '/control/events' });
    expect([head.status, head.headers['content-type']]).toEqual([200, 'text/event-stream']);
  });

  it('keeps a silent stream alive', async () => {
    const clock = createManualClock();
    const service = await startTestService({ control: { clock } });
    const follower = await follow(service.socket.socketPath);
    await expect.poll(() => follower.text).toContain('status');
    const before = follower.text;
    await clock.advance(15_000);
    await expect.poll(() => follower.text).toBe(`${before}:\n\n`);
    follower.close();
  });
});

describe('the events that are remembered', () => {
  it('are the last ones, and whoever has missed more is told so', async () => {
    const service = await startTestService();
    const hub = createEventHub(service.lifecycle);
    for (let each = 0; each < 300; each += 1) {
      await service.lifecycle.add({ name: `component-${each}`, start() {} }).started;
    }
    expect(hub.lastId).toBe(600);
    expect(hub.since(600)).toEqual([]);
    expect(hub.since(598)?.map(({ id }) => id)).toEqual([599, 600]);
    expect(hub.since(600 - 512)).toHaveLength(512);
    expect(hub.since(600 - 513)).toBeUndefined();
    expect(hub.since(601)).toBeUndefined();
    hub.close();
    await service.lifecycle.add({ name: 'later', start() {} }).started;
    expect(hub.lastId).toBe(600);
  });
});
