import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ServerCommand, ServerEntry } from './server-entry.js';

const ROOT = new URL('../../', import.meta.url);
const SERVERS = new URL('servers/', ROOT);
const GIN = fileURLToPath(new URL('gin/gin-server', SERVERS));
/** Debian keeps it where only the superuser's PATH leads. */
const NGINX_PATHS = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'];
const NGINX = NGINX_PATHS.find((path) => existsSync(path)) ?? '/usr/sbin/nginx';

function program(name: string, env?: ServerCommand['env']): ServerCommand {
  const args = ['--expose-gc', fileURLToPath(new URL(`${name}.mjs`, SERVERS))];
  return { file: process.execPath, args, ...(env === undefined ? {} : { env }) };
}

function onNode(name: string, title: string, command: ServerCommand = program(name)): ServerEntry {
  return { name, title, stopSignal: 'SIGTERM', kind: 'node', command };
}

/** node:http without a word about stopping: what others are compared with, and what stands behind a proxy. */
export const BARE: ServerEntry = onNode('bare', 'node:http, no handler');

/** The server under test that this repository is about. */
export const QUIESCE: ServerEntry = {
  ...onNode('quiesce', '**quiesce**'),
  requires: [fileURLToPath(new URL('node_modules/@quiesce/core/dist/http/index.js', ROOT))],
};

/** All servers, in the order of the tables. */
export const CATALOGUE: readonly ServerEntry[] = [
  BARE,
  onNode('close', 'server.close()'),
  onNode('close-by-hand', 'close() + `Connection: close` by hand'),
  onNode('stoppable', 'stoppable 1.1'),
  onNode('http-terminator', 'http-terminator 3.2 (default)'),
  onNode(
    'http-terminator-10s',
    'http-terminator 3.2 (10 s)',
    program('http-terminator', { TERMINATION_TIMEOUT_MS: '10000' }),
  ),
  onNode('http-graceful-shutdown', 'http-graceful-shutdown 4.0'),
  onNode('terminus', '@godaddy/terminus 4.12'),
  onNode('lightship', 'lightship 9.0'),
  onNode('close-with-grace', 'close-with-grace 2.5 + close()'),
  onNode('fastify-close-with-grace', 'Fastify 5 + close-with-grace'),
  onNode('fastify-graceful-shutdown', 'fastify-graceful-shutdown 5'),
  {
    name: 'gin',
    title: 'Gin (Go `Server.Shutdown`)',
    stopSignal: 'SIGTERM',
    kind: 'binary',
    command: { file: GIN, args: [] },
  },
  {
    name: 'nginx',
    title: 'nginx `-s quit` as proxy',
    stopSignal: 'SIGQUIT',
    kind: 'proxy',
    command: { file: NGINX, args: [] },
  },
  QUIESCE,
];

/** Why a server can't run on this machine, or undefined when it can. */
export function missingReason(entry: ServerEntry): string | undefined {
  const missing = [entry.command.file, ...(entry.requires ?? [])].find((file) => !existsSync(file));
  return missing === undefined
    ? undefined
    : `${missing} is not there (npm run build in the repository, npm run install-servers here)`;
}

/**
 * The servers with these names, in the order of the catalogue; all that can run here for no names.
 * @throws Error for a name that is not in the catalogue, or a named server that can't run here
 */
export function selectServers(names: readonly string[]): readonly ServerEntry[] {
  const unknown = names.filter((name) => !CATALOGUE.some((entry) => entry.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no such server: ${unknown.join(', ')}; there are ${CATALOGUE.map((entry) => entry.name).join(', ')}`,
    );
  }
  if (names.length === 0) {
    return CATALOGUE.filter((entry) => missingReason(entry) === undefined);
  }
  const chosen = CATALOGUE.filter((entry) => names.includes(entry.name));
  for (const entry of chosen) {
    const reason = missingReason(entry);
    if (reason !== undefined) {
      throw new Error(`${entry.name} can't run: ${reason}`);
    }
  }
  return chosen;
}
