import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createControlClient } from '@quiesce/control/client';
import { describe, expect, it } from 'vitest';
import { ask, createFolder, program, type Supervised, supervise } from '../support/supervise.js';

/** Resolves when a probe answers so: probes have no event of their own. */
async function expectProbe(supervised: Supervised, path: string, status: number): Promise<void> {
  const answer = (): Promise<number> => ask(supervised, path).catch(() => 0);
  await expect.poll(answer, { timeout: 20_000, interval: 20 }).toBe(status);
}

/** A program that serves HTTP on this port from the moment its file is there, and answers with what is in it. */
const serves = (port: number, file: string): readonly string[] => [
  process.execPath,
  '--eval',
  `const { createServer } = require('node:http'); const { readFileSync } = require('node:fs');
   const status = () => { try { return Number(readFileSync(${JSON.stringify(file)}, 'utf8')); } catch { return 0; } };
   const server = createServer((_request, response) => { response.statusCode = status(); response.end(); });
   process.on('SIGTERM', () => process.exit(0));
   const timer = setInterval(() => { if (status() > 0) { clearInterval(timer); server.listen(${port}, '127.0.0.1'); } }, 10);`,
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function stop({ supervisor }: Supervised): Promise<void> {
  supervisor.signal('SIGTERM');
  expect(await supervisor.waitForExit()).toMatchObject({ code: 0 });
}

describe('the readiness of a supervised command', () => {
  it('follows what HTTP says, before and after it was ready', async () => {
    const port = await freePort();
    const file = join(createFolder(), 'status');
    const supervised = supervise(['--ready', `http://127.0.0.1:${port}/ok`], serves(port, file));
    await expectProbe(supervised, '/readyz', 503);
    writeFileSync(file, '503');
    expect(await ask(supervised, '/readyz')).toBe(503);
    expect(await ask(supervised, '/livez')).toBe(200);
    writeFileSync(file, '200');
    await expectProbe(supervised, '/readyz', 200);
    writeFileSync(file, '500');
    await expectProbe(supervised, '/readyz', 503);
    expect(await ask(supervised, '/startupz')).toBe(200);
    await stop(supervised);
  });

  it('follows whether TCP connects', async () => {
    const port = await freePort();
    const file = join(createFolder(), 'status');
    const supervised = supervise(['--ready', `tcp:localhost:${port}`], serves(port, file));
    await expectProbe(supervised, '/readyz', 503);
    writeFileSync(file, '500');
    await expectProbe(supervised, '/readyz', 200);
    await stop(supervised);
  });

  it('is told by a line of its output', async () => {
    const supervised = supervise(['--ready', String.raw`log:^ready \d+$`], program());
    await supervised.supervisor.waitForLine(/^ready/);
    await expectProbe(supervised, '/readyz', 200);
    await stop(supervised);
  });

  it('is told by a file, but not by one from an earlier run', async () => {
    const file = join(createFolder(), 'ready');
    writeFileSync(file, 'old');
    const supervised = supervise(['--ready', `file:${file}`], program());
    await supervised.supervisor.waitForLine(/^ready/);
    expect(await ask(supervised, '/readyz')).toBe(503);
    writeFileSync(file, 'new');
    await expectProbe(supervised, '/readyz', 200);
    await stop(supervised);
  });

  it('is red for the whole of --announce before the first stop signal', async () => {
    const supervised = supervise(['--announce', '1', '--ready', 'log:^ready'], program());
    await expectProbe(supervised, '/readyz', 200);
    await createControlClient({ socketPath: supervised.socketPath }).requestShutdown();
    expect(await ask(supervised, '/readyz')).toBe(503);
    expect(await ask(supervised, '/livez')).toBe(200);
    expect(supervised.supervisor.stdout).not.toContain('got SIGTERM');
    expect(await supervised.supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(supervised.child().steps[0]?.atMs).toBeGreaterThanOrEqual(995);
  });
});
