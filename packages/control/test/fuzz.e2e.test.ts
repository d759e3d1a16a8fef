import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createControlClient } from '../src/client/index.js';
import { verifyAudit } from '../src/index.js';
import { send, sendRaw } from './support/http.js';
import { type ServiceProcess, startService, tcp } from './support/service-process.js';
import { createTemporaryDirectory } from './support/temporary-directory.js';
import { as } from './support/test-service.js';

const unlimited = { perSecond: 1e6, burst: 1e6 };

/** Nothing of what is sent is to be spared the endpoint by a rate limit; slow senders are given up soon. */
const limits = {
  callerRate: unlimited,
  anonymousRate: unlimited,
  totalRate: unlimited,
  proberRate: unlimited,
  probesRate: unlimited,
  connectionRate: unlimited,
  headersTimeoutMs: 1_000,
  requestTimeoutMs: 1_500,
};

async function startFuzzed(): Promise<ServiceProcess & { readonly auditFile: string }> {
  const directory = await createTemporaryDirectory();
  const auditFile = join(directory, 'audit.log');
  const control = { ...tcp, auditFile, limits, probes: { port: 0, host: '127.0.0.1' } };
  return { ...(await startService({ control }, directory)), auditFile };
}

async function readAudit(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Still there, still running, nothing but refusals on record, and nothing in its log that says it failed. */
async function expectUnharmed({
  process,
  socketPath,
  auditFile,
}: ServiceProcess & { auditFile: string }): Promise<void> {
  expect(process.exit).toBeUndefined();
  expect(await createControlClient({ socketPath }).status()).toMatchObject({ state: 'running' });
  expect(process.stderr).not.toMatch(/ failed: |uncaught|unhandled/i);
  expect((await verifyAudit(auditFile)).findings).toEqual([]);
  expect((await readAudit(auditFile)).filter(({ outcome }) => outcome === 'accepted')).toEqual([]);
}

const method = fc.oneof(
  fc.constantFrom(
    'GET',
    'POST',
    'HEAD',
    'PUT',
    'DELETE',
    'OPTIONS',
    'PATCH',
    'TRACE',
    'CONNECT',
    'PRI',
    'get',
    '',
  ),
  fc.string({ maxLength: 12 }),
);
const path = fc.oneof(
  fc.constantFrom(
    '/control/status',
    '/control/events',
    '/metrics',
    '/livez',
    '/openapi.json',
    '/control/shutdown',
    '*',
  ),
  fc.webPath(),
  fc.string({ maxLength: 40 }).map((text) => `/${text}`),
);
const header = fc.tuple(
  fc.constantFrom(
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Expect',
    'Accept',
    'Origin',
    'Upgrade',
    'Authorization',
    'X',
  ),
  fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom('chunked', '100-continue', '-1', '9999999999', 'localhost', 'h2c'),
  ),
);

describe('the endpoint under fuzzing', () => {
  it('takes random bytes for what they are', async () => {
    const service = await startFuzzed();
    const targets = [
      { socketPath: service.socketPath },
      { url: service.addresses.url ?? '' },
      { url: service.addresses.probesUrl ?? '' },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
        fc.constantFrom(...targets),
        async (bytes, target) => {
          const answer = await sendRaw(target, Buffer.concat([bytes, Buffer.from('\r\n\r\n')]));
          expect(answer === '' || answer.startsWith('HTTP/1.1 4')).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
    await expectUnharmed(service);
  });

  it('answers every line, every header and every path, and does nothing of its own accord', async () => {
    const service = await startFuzzed();
    const request = fc.record({
      method,
      path,
      headers: fc.array(header, { maxLength: 5 }),
      body: fc.string({ maxLength: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ headers, body, ...line }) => {
        // Over TCP without a token: whatever this comes to, it may not stop anything.
        const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        const text = `${line.method} ${line.path} HTTP/1.1\r\nHost: localhost\r\n${lines}Connection: close\r\n\r\n${body}`;
        const answer = await sendRaw({ url: service.addresses.url ?? '' }, text);
        expect(answer === '' || /^HTTP\/1\.1 [1-5]\d\d /.test(answer)).toBe(true);
        expect(answer).not.toContain('HTTP/1.1 500');
      }),
      { numRuns: 300 },
    );
    await expectUnharmed(service);
  });

  it('stops for no JSON but the one that asks for it', async () => {
    const service = await startFuzzed();
    const member = fc.constantFrom(
      'mode',
      'timeout',
      'reason',
      'wait',
      '__proto__',
      'constructor',
      'toString',
    );
    const wrong = fc.oneof(
      fc.dictionary(member, fc.jsonValue(), { minKeys: 1 }).filter((body) => !isPlausible(body)),
      fc
        .jsonValue()
        .filter((body) => (typeof body !== 'object' || body === null ? body !== null : Array.isArray(body))),
    );
    await fc.assert(
      fc.asyncProperty(wrong, async (body) => {
        const answer = await send(
          { socketPath: service.socketPath },
          {
            method: 'POST',
            path: '/control/shutdown',
            body: JSON.stringify(body),
            headers: { 'Content-Type': 'application/json' },
          },
        );
        expect([400, 413], JSON.stringify(body)).toContain(answer.status);
        expect(answer.json()).toMatchObject({
          code: expect.stringMatching(/^(bad-request|body-too-large)$/),
        });
      }),
      { numRuns: 300 },
    );
    await expectUnharmed(service);
  });

  it('gives up bodies that are cut short or far too long, and senders that are slow', async () => {
    const service = await startFuzzed();
    const head = `POST /control/shutdown HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${as('force').Authorization}\r\nContent-Type: application/json\r\n`;
    const target = { url: service.addresses.url ?? '' };
    const answers = await Promise.all([
      sendRaw(target, `${head}Content-Length: 100\r\n\r\n{"mode":`),
      sendRaw(target, `${head}Transfer-Encoding: chunked\r\n\r\n8\r\n{"mode":`),
      sendRaw(target, `${head}Content-Length: 9999999999\r\n\r\n${' '.repeat(3_000_000)}`),
      drip(target.url, `${head}Content-Length: 50\r\n\r\n{"mode":"force"}`),
      drip(target.url, 'GET /livez HTTP/1.1\r\nHost: localhost\r\nX: '),
    ]);
    expect(answers.map((text) => text.slice(0, 12)).filter((text) => text !== '')).toEqual(
      expect.arrayContaining(['HTTP/1.1 408']),
    );
    expect(answers.join('')).not.toContain('HTTP/1.1 200');
    await expectUnharmed(service);
  });

  it('outlives 10,000 connections, and gives back what they took', async () => {
    const service = await startFuzzed();
    const client = createControlClient({ socketPath: service.socketPath });
    const before = await openSockets(service.process.pid);
    for (let round = 0; round < 10; round += 1) {
      const sockets = Array.from({ length: 1_000 }, (_, index) =>
        hold(index % 2 === 0 ? service.socketPath : service.addresses.url),
      );
      await Promise.all(sockets.map(({ settled }) => settled));
      for (const { socket } of sockets) socket.destroy();
    }
    await expect
      .poll(() => openSockets(service.process.pid), { timeout: 20_000 })
      .toBeLessThanOrEqual(before);
    expect(await client.status()).toMatchObject({ state: 'running' });
    expect((await client.shutdown()).outcome).toBe('clean');
    expect(await service.process.waitForExit()).toMatchObject({ code: 0 });
  });
});

/** Whether a body might be taken for a good one, by looking at it more loosely than the endpoint does. */
function isPlausible(body: object): boolean {
  const { mode, timeout, reason, wait } = body as Record<string, unknown>;
  return (
    Object.keys(body).every((name) => ['mode', 'timeout', 'reason', 'wait'].includes(name)) &&
    (mode === undefined || typeof mode === 'string') &&
    (timeout === undefined || typeof timeout === 'number') &&
    (reason === undefined || typeof reason === 'string') &&
    (wait === undefined || typeof wait === 'boolean')
  );
}

/** Sends a text one byte at a time until the connection is closed. */
async function drip(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  let sent = 0;
  const timer = setInterval(() => socket.write(text[sent++] ?? ' '), 20);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(timer);
  return Buffer.concat(chunks).toString();
}

/** Opens a connection and half of a request; settled when it stands, or was refused. */
function hold(to: string | undefined): { readonly socket: Socket; readonly settled: Promise<void> } {
  const socket =
    to?.startsWith('http') === true ? connect(Number(new URL(to).port), '127.0.0.1') : connect(to ?? '');
  const settled = new Promise<void>((resolve) => {
    socket.once('connect', () => {
      socket.write('GET /livez HTTP/1.1\r\nHo');
      resolve();
    });
    socket.on('error', () => resolve()).once('close', () => resolve());
  });
  return { socket, settled };
}

/** Not all open files: threads of the service that are only beginning, as its watchdog, open some of their own. */
async function openSockets(pid: number): Promise<number> {
  if (process.platform !== 'linux') return 0;
  const directory = `/proc/${pid}/fd`;
  const targets = await Promise.all(
    // One that is closed meanwhile is none.
    (await readdir(directory)).map((fd) => readlink(join(directory, fd)).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith('socket:')).length;
}
