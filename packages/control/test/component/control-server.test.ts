import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createLifecycle, type Stoppable, silentLogger } from '@quiesce/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { controlServer } from '../../src/index.js';
import { send, sendStop } from '../support/http.js';
import { createGate, startTestService, tokens } from '../support/test-service.js';

describe('the control server, as a component', () => {
  it('serves before the others have started, and until they have all ended', async () => {
    const starting = createGate();
    const releasing = createGate();
    const service = await startTestService({
      started: false,
      components: [{ name: 'web', start: () => starting.passed, release: () => releasing.passed }],
    });
    const started = service.lifecycle.start();
    await expect.poll(() => service.control.addresses.socketPath).toBeDefined();
    expect((await send(service.socket, { path: '/control/status' })).json()).toMatchObject({
      state: 'starting',
    });
    starting.open();
    await started;
    const stopped = service.lifecycle.shutdown();
    await expect.poll(() => service.lifecycle.status().stop?.phase).toBe('release');
    expect((await send(service.socket, { path: '/control/status' })).json()).toMatchObject({
      state: 'stopping',
      stop: { phase: 'release' },
    });
    releasing.open();
    expect((await stopped).outcome).toBe('clean');
  });

  it('can stop a service that is still starting', async () => {
    const service = await startTestService({
      started: false,
      components: [
        {
          name: 'web',
          start: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
        },
      ],
    });
    const started = service.lifecycle.start().catch((error: unknown) => error);
    await expect.poll(() => service.control.addresses.socketPath).toBeDefined();
    expect((await sendStop(service.socket)).status).toBe(200);
    expect(await started).toBeInstanceOf(Error);
  });

  it('counts as no work of its own, and waits for nobody: callers who wait do not hold the stop', async () => {
    const service = await startTestService();
    const answer = await sendStop(service.socket);
    expect(answer.json()).toMatchObject({ work: { inFlightAtStart: 0, cut: 0 }, outcome: 'clean' });
    const report = await service.lifecycle.stopped;
    expect(
      report.components.find(({ name }) => name === 'control')?.phases.map(({ phase }) => phase),
    ).toEqual(['exit']);
  });

  it('leaves nothing behind: no socket, no port, no listener', async () => {
    const service = await startTestService({
      tcp: true,
      control: { probes: { port: 0, host: '127.0.0.1' } },
    });
    const { url } = service.tcp;
    await service.lifecycle.shutdown();
    expect(await readdir(service.directory)).toEqual([]);
    await expect(send({ url })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('says where it is', async () => {
    const service = await startTestService({ tcp: true, control: { probes: { port: 0 } } });
    expect(service.control.addresses).toEqual({
      socketPath: service.socket.socketPath,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      probesUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    expect((await send(service.probes, { path: '/livez' })).status).toBe(200);
  });

  it('keeps the service from starting when it cannot listen, and closes what it had opened', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const service = await startTestService({
      started: false,
      control: { port: port ?? 0, tokens: [{ name: 'a', role: 'force', token: tokens.force }] },
    });
    await expect(service.lifecycle.start()).rejects.toMatchObject({
      code: 'QUIESCE_START',
      component: 'control',
    });
    expect(await readdir(service.directory)).toEqual([]);
  });

  it('does not take the socket of another service of the same name, which goes on', async () => {
    const first = await startTestService();
    const second = createLifecycle({ name: 'orders', exit: false, signals: false, logger: silentLogger });
    second.add(controlServer(second, { socketPath: first.socket.socketPath, logger: silentLogger }));
    await expect(second.start()).rejects.toMatchObject({
      cause: { code: 'QUIESCE_CONTROL_SOCKET', message: expect.stringContaining('is in use') },
    });
    expect((await send(first.socket, { path: '/control/status' })).json()).toMatchObject({
      state: 'running',
    });
  });

  it('starts also when its audit log is damaged', async () => {
    const directory = (await startTestService()).directory;
    const auditFile = join(directory, 'audit.log');
    await writeFile(auditFile, 'not a log\nnot at all');
    const service = await startTestService({ control: { auditFile } });
    expect((await sendStop(service.socket)).status).toBe(200);
  });

  it('answers for a stoppable that is not the lifecycle it is part of', async () => {
    const target = createLifecycle({ name: 'child', exit: false, signals: false, logger: silentLogger });
    await target.start();
    const stoppable: Stoppable = target;
    const host = await startTestService();
    const control = controlServer(stoppable, {
      socketPath: join(host.directory, 'child.sock'),
      logger: silentLogger,
    });
    await control.start({ signal: new AbortController().signal, fail: () => {} });
    const answer = await sendStop({ socketPath: join(host.directory, 'child.sock') });
    expect(answer.json()).toMatchObject({ service: 'child', outcome: 'clean' });
    await expect.poll(() => readdir(host.directory)).toEqual(['orders.sock']);
  });
});
