import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from '../../../../../e2e/support/process.js';
import { findServer, requireServer } from '../../../../../e2e/support/servers.js';
import { createFolder } from '../../support/fixture.js';

/** A real nats-server. */
export interface NatsServer {
  readonly url: string;
  readonly process: TestProcess;
}

/** Registers what is done when whoever uses the server has ended. */
export type OnEnd = (end: () => Promise<void>) => void;

const hasNats = findServer('nats-server') !== undefined;

/** `describe` for tests that need a nats-server: skipped, all by name, where there is none. */
export const describeWithNats: typeof describe.skip = hasNats ? describe : describe.skip;

/** Says why the others of a file were skipped; on CI it fails. */
export function saysWhetherThereIsNats(): void {
  it('has a nats-server to be tested against', (context) => {
    expect(requireServer(context, 'nats-server')).toBe(findServer('nats-server'));
  });
}

/** Starts a server that keeps streams in files, and waits until it is ready. */
export async function startNatsServer(onEnd: OnEnd): Promise<NatsServer> {
  const [server] = await startCluster(onEnd, 1);
  if (server === undefined) throw new Error('there is no server');
  return server;
}

/** Starts servers that keep streams together. One stops in lame-duck mode within 30 seconds, the least there is. */
export async function startCluster(onEnd: OnEnd, count: number): Promise<readonly NatsServer[]> {
  const servers: NatsServer[] = [];
  // The first one has nobody to go to yet, and would not keep streams with others without a route: nobody is at that one.
  const routes: string[] = ['nats-route://127.0.0.1:1'];
  for (let index = 0; index < count; index += 1) {
    const { server, route } = await startOne(onEnd, `n${index}`, count === 1 ? undefined : routes);
    servers.push(server);
    if (route !== undefined) routes.push(route);
  }
  return servers;
}

async function startOne(
  onEnd: OnEnd,
  name: string,
  routes: readonly string[] | undefined,
): Promise<{ readonly server: NatsServer; readonly route: string | undefined }> {
  const folder = createFolder((end) => onEnd(async () => end()));
  const config = join(folder, 'nats.conf');
  const lines = [
    `server_name: ${name}`,
    'listen: "127.0.0.1:-1"',
    `jetstream { store_dir: "${join(folder, 'store')}" }`,
    'lame_duck_duration: "30s"',
    'lame_duck_grace_period: "5s"',
  ];
  if (routes !== undefined) {
    const list = routes.map((route) => `"${route}"`).join(', ');
    lines.push(`cluster { name: test, listen: "127.0.0.1:-1", routes: [${list}] }`);
  }
  writeFileSync(config, lines.join('\n'));
  const command = findServer('nats-server') ?? 'nats-server';
  const process = startProcess(command, ['-c', config], { onFinished: onEnd });
  await process.waitForLine('Server is ready');
  return {
    server: { url: `nats://127.0.0.1:${await portOf(process, 'client')}`, process },
    route: routes === undefined ? undefined : `nats-route://127.0.0.1:${await portOf(process, 'route')}`,
  };
}

async function portOf(process: TestProcess, kind: 'client' | 'route'): Promise<string> {
  const line = await process.waitForLine(`Listening for ${kind} connections on 127.0.0.1:`);
  return line.slice(line.lastIndexOf(':') + 1);
}
