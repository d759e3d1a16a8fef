import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CATALOGUE } from '../servers/catalogue.js';

const SERVERS = new URL('../../servers/', import.meta.url);

/** A server that is judged, set up as its own documentation recommends. */
export interface JudgedServer {
  readonly name: string;
  readonly title: string;
  /** How it is set up, in a few words, for the notes below the table. */
  readonly setUp: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Further options of the judge: the stop signal, the readiness path, the exit code that is documented. */
  readonly settings?: readonly string[];
  /** The package in node_modules whose version is told. */
  readonly package?: string;
  /** nginx gets a configuration, a fixed port and a server behind it. */
  readonly proxy?: true;
}

function node(file: string): readonly string[] {
  return [process.execPath, fileURLToPath(new URL(file, SERVERS))];
}

function binary(file: string): readonly string[] {
  return [fileURLToPath(new URL(file, SERVERS))];
}

const NGINX = CATALOGUE.find(({ name }) => name === 'nginx')?.command.file ?? 'nginx';

/** All servers, in the order of the table. */
export const JUDGED_SERVERS: readonly JudgedServer[] = [
  {
    name: 'quiesce',
    title: '**quiesce**',
    setUp: '`httpServer`, `announceMs: 1000`, `timeoutMs: 8000`, readiness from `lifecycle.status()`',
    command: node('judged/quiesce.mjs'),
    settings: ['--ready', '/readyz', '--announce', '0.9'],
    package: '@quiesce/core',
  },
  {
    name: 'bare',
    title: 'node:http, no handler',
    setUp: 'nothing; its documented end is that of the signal',
    command: node('bare.mjs'),
    settings: ['--expect-exit', 'SIGTERM'],
  },
  {
    name: 'http-terminator',
    title: 'http-terminator',
    setUp: '`terminate()` on both signals, then `process.exit(0)`; its default of 1 s',
    command: node('judged/http-terminator.mjs'),
    package: 'http-terminator',
  },
  {
    name: 'stoppable',
    title: 'stoppable',
    setUp: '`server.stop()` on both signals; its default grace, without end',
    command: node('judged/stoppable.mjs'),
    package: 'stoppable',
  },
  {
    name: 'terminus',
    title: '@godaddy/terminus',
    setUp:
      'both signals, `healthChecks`, `beforeShutdown` of 1 s as its README advises for Kubernetes, `useExit0`',
    command: node('judged/terminus.mjs'),
    settings: ['--ready', '/readyz', '--announce', '0.9'],
    package: '@godaddy/terminus',
  },
  {
    name: 'http-graceful-shutdown',
    title: 'http-graceful-shutdown',
    setUp: 'its defaults',
    command: node('http-graceful-shutdown.mjs'),
    package: 'http-graceful-shutdown',
  },
  {
    name: 'lightship',
    title: 'lightship',
    setUp:
      'both signals, `shutdownDelay` of 1 s; its probes are on another port; its documented exit code is 1',
    command: node('judged/lightship.mjs'),
    settings: ['--announce', '0.9', '--expect-exit', '1'],
    package: 'lightship',
  },
  {
    name: 'close-with-grace',
    title: 'close-with-grace',
    setUp: 'its defaults, around `server.close()`',
    command: node('close-with-grace.mjs'),
    package: 'close-with-grace',
  },
  {
    name: 'fastify',
    title: 'Fastify',
    setUp: 'with close-with-grace around `app.close()`, as its documentation recommends',
    command: node('fastify-close-with-grace.mjs'),
    package: 'fastify',
  },
  {
    name: 'nest',
    title: 'NestJS',
    setUp: 'on Express, `app.enableShutdownHooks()`; it ends by the signal that it got, as documented',
    command: node('judged/nest.mjs'),
    settings: ['--expect-exit', 'SIGTERM'],
    package: '@nestjs/core',
  },
  {
    name: 'go',
    title: 'Go net/http',
    setUp: 'without `Shutdown`; its documented end is that of the signal',
    command: binary('go-http/go-http-server'),
    settings: ['--expect-exit', 'SIGTERM'],
  },
  {
    name: 'go-shutdown',
    title: 'Go net/http, `Shutdown`',
    setUp: 'as in the documentation of `http.Server.Shutdown`, with 5 s',
    command: binary('go-http/go-http-server'),
    env: { SHUTDOWN: '1' },
  },
  {
    name: 'gin',
    title: 'Gin',
    setUp: 'as in its example `graceful-shutdown`, with 5 s',
    command: binary('gin/gin-server'),
  },
  {
    name: 'nginx',
    title: 'nginx',
    setUp: 'a proxy, stopped by SIGQUIT as it documents; the server behind it goes on',
    command: [NGINX],
    settings: ['--signal', 'SIGQUIT'],
    proxy: true,
  },
];

/** Whether it can be judged on this machine. */
export function canBeJudged({ command }: JudgedServer): boolean {
  return command.every((part) => !part.startsWith('/') || existsSync(part));
}
