import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requireServer } from '../../../../e2e/support/servers.js';
import { createFolder, type Supervised, supervise } from '../support/supervise.js';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilReady({ supervisor }: Supervised, port: number): Promise<void> {
  const canConnect = async (): Promise<boolean> => {
    if (supervisor.exit !== undefined) throw new Error(supervisor.stderr);
    const socket = connect(port, '127.0.0.1');
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    return connected;
  };
  await expect.poll(canConnect, { timeout: 20_000, interval: 20 }).toBe(true);
}

/** A backend that holds its answer back until it is told to give it. */
async function startBackend(): Promise<{ port: number; asked: Promise<void>; answer(): void }> {
  let answer = (): void => {};
  let tellAsked = (): void => {};
  const asked = new Promise<void>((resolve) => {
    tellAsked = resolve;
  });
  const server = createServer((_request, response) => {
    answer = () => void response.end('the whole answer');
    tellAsked();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, asked, answer: () => answer() };
}

function nginxConfig(folder: string, port: number, backend: number): string {
  mkdirSync(join(folder, 'logs'));
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr;
    events { worker_connections 64; }
    http {
      access_log off;
      client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
      server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${backend}; } }
    }`;
}

describe('a real nginx under quiesce run', () => {
  it('answers what it has begun after SIGTERM to the supervisor, which is SIGQUIT to it', async (context) => {
    const nginx = requireServer(context, 'nginx');
    const backend = await startBackend();
    const port = await freePort();
    const folder = createFolder();
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, nginxConfig(folder, port, backend.port));
    const supervised = supervise(['--ready', `tcp:${port}`], [nginx, '-p', folder, '-c', config]);
    await untilReady(supervised, port);
    const answered = new Promise<string>((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () => resolve(text));
      }).once('error', reject);
    });
    await backend.asked;
    supervised.supervisor.signal('SIGTERM');
    await supervised.supervisor.waitForLine('sent SIGQUIT');
    backend.answer();
    expect(await answered).toBe('the whole answer');
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(supervised.child()).toMatchObject({
      profile: 'nginx',
      exit: { code: 0 },
      steps: [{ signal: 'SIGQUIT' }],
    });
  });

  it('is cut by last-ditch, and leaves no worker', async (context) => {
    const nginx = requireServer(context, 'nginx');
    const backend = await startBackend();
    const port = await freePort();
    const folder = createFolder();
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, nginxConfig(folder, port, backend.port));
    const supervised = supervise(['--timeout', '3'], [nginx, '-p', folder, '-c', config]);
    await untilReady(supervised, port);
    const request = get({ port, host: '127.0.0.1', agent: false });
    const cut = new Promise((resolve) => request.once('error', resolve).once('response', resolve));
    await backend.asked;
    supervised.supervisor.signal('SIGTERM');
    await cut;
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 3 });
    expect(supervised.child().steps.map(({ signal }) => signal)).toEqual(['SIGQUIT', 'SIGTERM']);
    expect(supervised.report().mode.climbs).toMatchObject([{ to: 'last-ditch', cause: 'drain-end' }]);
    backend.answer();
  });
});

describe('a real Redis under quiesce run', () => {
  const ask = (socket: Socket, command: string): Promise<string> => {
    socket.write(`${command}\r\n`);
    return new Promise((resolve) => socket.once('data', (data) => resolve(String(data).trim())));
  };

  it('saves what it was told, ends with 0, and has it again at its next start', async (context) => {
    const redis = requireServer(context, 'redis-server');
    const folder = createFolder();
    const start = async (): Promise<{ supervised: Supervised; socket: Socket }> => {
      const port = await freePort();
      const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '3600 1'];
      const supervised = supervise(['--ready', `tcp:${port}`], [redis, ...options]);
      await untilReady(supervised, port);
      const socket = connect(port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      return { supervised, socket };
    };
    const first = await start();
    expect(await ask(first.socket, 'SET order 17')).toBe('+OK');
    first.supervised.supervisor.signal('SIGTERM');
    expect(await first.supervised.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(first.supervised.child()).toMatchObject({ profile: 'redis', exit: { code: 0, signal: null } });

    const second = await start();
    expect(await ask(second.socket, 'GET order')).toBe('$2\r\n17');
    second.supervised.supervisor.signal('SIGINT');
    expect(await second.supervised.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(second.supervised.child().steps).toMatchObject([{ signal: 'SIGTERM' }]);
  });
});
