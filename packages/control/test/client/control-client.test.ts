import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ControlEvent, createControlClient } from '../../src/client/index.js';
import { createTemporaryDirectory } from '../support/temporary-directory.js';
import { createGate, startTestService, tokens } from '../support/test-service.js';

describe('the control client', () => {
  it('asks for the state, and for metrics', async () => {
    const { socket } = await startTestService();
    const client = createControlClient(socket);
    expect(await client.status()).toMatchObject({
      name: 'orders',
      state: 'running',
      process: { pid: process.pid },
    });
    expect(await client.metrics()).toContain('quiesce_ready 1');
    expect(client.target).toBe(`socket ${socket.socketPath}`);
  });

  it('stops the service over the port, with a token', async () => {
    const { tcp } = await startTestService({ tcp: true });
    const client = createControlClient({ url: tcp.url, token: tokens.operate });
    const report = await client.shutdown({ mode: 'ldm', timeoutMs: 2_500, reason: 'a test' });
    expect(report).toMatchObject({
      outcome: 'clean',
      timeoutMs: 2_500,
      reason: 'a test',
      mode: { reached: 'last-ditch' },
    });
  });

  it('tells what happens while it waits', async () => {
    const { socket } = await startTestService();
    const events: ControlEvent[] = [];
    const report = await createControlClient(socket).shutdown({
      onEvent: (event) => void events.push(event),
    });
    expect(report.outcome).toBe('clean');
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['status', 'stop', 'phase-start', 'report']),
    );
  });

  it('still has the report when there is no stream for it', async () => {
    const { socket } = await startTestService({ control: { limits: { maxStreams: 0 } } });
    const report = await createControlClient(socket).shutdown({ onEvent: () => {} });
    expect(report.outcome).toBe('clean');
  });

  it('does not wait when it is not to', async () => {
    const drain = createGate();
    const { socket, lifecycle } = await startTestService({
      components: [{ name: 'web', drain: () => drain.passed }],
    });
    expect(await createControlClient(socket).requestShutdown()).toMatchObject({ state: 'stopping' });
    drain.open();
    await lifecycle.stopped;
  });

  it('follows the service to its end', async () => {
    const { socket, lifecycle } = await startTestService();
    const types: string[] = [];
    for await (const event of createControlClient(socket).events()) {
      types.push(event.type);
      if (event.type === 'status') void lifecycle.shutdown();
    }
    expect(types.at(0)).toBe('status');
    expect(types.at(-1)).toBe('report');
  });

  it('stops waiting, and not the stop, when it is told to', async () => {
    const drain = createGate();
    const { socket, lifecycle } = await startTestService({
      components: [{ name: 'web', drain: () => drain.passed }],
    });
    const client = createControlClient(socket);
    const controller = new AbortController();
    const waiting = client.shutdown({
      signal: controller.signal,
      onEvent: ({ type }) => type === 'stop' && controller.abort(),
    });
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    drain.open();
    expect((await lifecycle.stopped).outcome).toBe('clean');
  });

  it('says that nobody is there', async () => {
    const directory = await createTemporaryDirectory();
    const gone = createControlClient({ socketPath: join(directory, 'orders.sock') });
    await expect(gone.status()).rejects.toMatchObject({
      code: 'QUIESCE_CONTROL_UNREACHABLE',
      message: expect.stringContaining('ENOENT'),
    });
    const closed = createControlClient({ url: 'http://127.0.0.1:1' });
    await expect(closed.shutdown()).rejects.toMatchObject({ code: 'QUIESCE_CONTROL_UNREACHABLE' });
  });

  it('says that it may not, and what it would need', async () => {
    const { tcp } = await startTestService({ tcp: true });
    await expect(createControlClient({ url: tcp.url }).status()).rejects.toMatchObject({
      code: 'QUIESCE_CONTROL_DENIED',
      problem: { code: 'unauthorized' },
    });
    await expect(
      createControlClient({ url: tcp.url, token: tokens.observe }).shutdown(),
    ).rejects.toMatchObject({
      code: 'QUIESCE_CONTROL_DENIED',
      problem: { neededRole: 'operate' },
    });
  });

  it('hands on any other problem', async () => {
    const { socket } = await startTestService();
    await expect(createControlClient(socket).shutdown({ reason: 'signal:SIGTERM' })).rejects.toMatchObject({
      code: 'QUIESCE_CONTROL_PROBLEM',
      status: 400,
      problem: { pointer: '/reason' },
    });
  });

  it('says that the connection was lost before the answer was whole', async () => {
    const cut = createTcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"half":'));
    });
    await new Promise<void>((resolve) => cut.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void cut.close());
    const address = cut.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const client = createControlClient({ url });
    await expect(client.shutdown()).rejects.toMatchObject({ code: 'QUIESCE_CONTROL_LOST' });
    await expect(client.shutdown({ onEvent: () => {} })).rejects.toMatchObject({
      code: 'QUIESCE_CONTROL_LOST',
    });
    await expect(client.events().next()).rejects.toMatchObject({ code: 'QUIESCE_CONTROL_LOST' });
  });

  it('says that something else is listening, or nothing that answers', async () => {
    const other = createServer((request, response) => {
      if (request.method === 'POST') response.writeHead(500).end('oops');
      else if (request.url === '/control/status') response.end('{"hello":"world"}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      other.closeAllConnections();
      other.close();
    });
    const address = other.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const client = createControlClient({ url, timeoutMs: 100 });
    await expect(client.status()).rejects.toMatchObject({
      code: 'QUIESCE_CONTROL_UNREACHABLE',
      message: expect.stringContaining('not a control endpoint'),
    });
    await expect(client.shutdown()).rejects.toMatchObject({ code: 'QUIESCE_CONTROL_PROBLEM', status: 500 });
    await expect(client.metrics()).rejects.toMatchObject({ code: 'QUIESCE_CONTROL_TIMEOUT' });
  });

  it.each([
    [{}, /url must be given, or a socketPath/],
    [{ url: 'orders' }, /url must be given/],
    [{ url: 'https://127.0.0.1' }, /must begin with http/],
    [{ socketPath: '' }, /must be a path/],
    [{ socketPath: '/x', url: 'http://x' }, /beside a socketPath/],
  ])('refuses %j', (options, rule) => {
    expect(() => createControlClient(options as { url: string })).toThrow(rule);
  });
});
