import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildRegistry, OwnedProcess, ProcessExit } from '../processes/child-registry.js';
import { withinLimit } from '../processes/within-limit.js';
import { monotonicMs } from '../statistics/monotonic-time.js';
import { BARE } from './catalogue.js';
import { configureNginx } from './nginx-configuration.js';
import type { ServerEntry } from './server-entry.js';

/** What a server is started with. */
export interface StartOptions {
  /** An empty directory of this run. */
  readonly directory: string;
  /** Where the handler writes down the requests it ran for. @default nowhere */
  readonly handlerLog?: string;
  /** How long it keeps an idle connection. @default its own */
  readonly keepAliveMs?: number;
  /** Held open by the server until it ends. @default nothing */
  readonly heldFile?: Writable;
}

/** A server under test that listens. */
export interface ServerProcess {
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<ProcessExit & { readonly atMs: number }>;
  signal(signal: NodeJS.Signals): void;
  /** Ends it and all that was started for it, whatever it does. */
  end(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

/** Asks the system for a port that is free now. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Reads the line that says where the server listens. */
async function readPort(owned: OwnedProcess): Promise<number> {
  const { stdout } = owned.child;
  if (stdout === null) {
    throw new Error('the standard output is not a pipe');
  }
  for await (const line of createInterface({ input: stdout })) {
    const port = /^listening (\d+)$/.exec(line)?.[1];
    if (port !== undefined) {
      stdout.resume();
      return Number(port);
    }
  }
  throw new Error('the server ended without having listened');
}

/** Tries until something accepts on the port. */
async function waitForPort(port: number): Promise<number> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return port;
    } catch {
      await sleep(5);
    } finally {
      socket.destroy();
    }
  }
}

async function withinStartTimeout(ready: Promise<number>, owned: OwnedProcess): Promise<number> {
  const ended = owned.exited.then(({ code, signal }) => {
    throw new Error(`the server ended with ${code ?? signal} before it listened`);
  });
  try {
    return await withinLimit(START_TIMEOUT_MS, 'the start of a server', Promise.race([ready, ended]));
  } catch (error) {
    await owned.end();
    throw error;
  }
}

function environment(entry: ServerEntry, options: StartOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...entry.command.env,
    PORT: '0',
    ...(options.handlerLog === undefined ? {} : { HANDLER_LOG: options.handlerLog }),
    ...(options.keepAliveMs === undefined ? {} : { KEEP_ALIVE_MS: String(options.keepAliveMs) }),
  };
}

function asServerProcess(owned: OwnedProcess, port: number, end: () => Promise<void>): ServerProcess {
  const exited = owned.exited.then((exit) => ({ ...exit, atMs: monotonicMs() }));
  exited.catch(() => {});
  return { port, pid: owned.pid, exited, signal: (signal) => owned.child.kill(signal), end };
}

async function startProgram(
  children: ChildRegistry,
  entry: ServerEntry,
  options: StartOptions,
): Promise<ServerProcess> {
  const errorFile = join(options.directory, `${entry.name}-errors.log`);
  const errors = openSync(errorFile, 'w');
  const owned = children.start(entry.command.file, entry.command.args, {
    stdio: ['ignore', 'pipe', errors, options.heldFile ?? 'ignore'],
    cwd: options.directory,
    env: environment(entry, options),
  });
  closeSync(errors);
  options.heldFile?.destroy();
  try {
    const port = await withinStartTimeout(readPort(owned), owned);
    return asServerProcess(owned, port, () => owned.end());
  } catch (cause) {
    throw new Error(`${entry.name} did not start: ${readFileSync(errorFile, 'utf8').slice(-2_000)}`, {
      cause,
    });
  }
}

/** Starts nginx in front of a bare server, which goes on when nginx stops: only nginx is under test. */
async function startProxy(
  children: ChildRegistry,
  entry: ServerEntry,
  options: StartOptions,
): Promise<ServerProcess> {
  const { keepAliveMs, heldFile, ...others } = options;
  const backend = await startProgram(children, BARE, {
    ...others,
    ...(keepAliveMs === undefined ? {} : { keepAliveMs }),
  });
  const port = await findFreePort();
  const args = configureNginx({
    directory: join(options.directory, 'nginx'),
    port,
    backendPort: backend.port,
    ...(keepAliveMs === undefined ? {} : { keepAliveMs }),
  });
  const owned = children.start(entry.command.file, args, {
    stdio: ['ignore', 'ignore', 'ignore', heldFile ?? 'ignore'],
  });
  heldFile?.destroy();
  await withinStartTimeout(waitForPort(port), owned);
  return asServerProcess(owned, port, async () => {
    await owned.end();
    await backend.end();
  });
}

/** Starts a server; resolves when it listens. */
export function startServer(
  children: ChildRegistry,
  entry: ServerEntry,
  options: StartOptions,
): Promise<ServerProcess> {
  return entry.kind === 'proxy'
    ? startProxy(children, entry, options)
    : startProgram(children, entry, options);
}
