import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChildRegistry, OwnedProcess } from '../processes/child-registry.js';
import type { HolderMessage, HoldWebSockets, SeenClose } from './holder-messages.js';

const SERVER = fileURLToPath(new URL('../../servers/web-sockets.mjs', import.meta.url));
const HOLDER = fileURLToPath(new URL('./holder-process.js', import.meta.url));
const CONNECTIONS_OF_A_HOLDER = 5_000;
const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;

/** How the server is stopped: by the library in one of its modes, or by a loop over all clients. */
export type StopBy = 'graceful' | 'lame-duck' | 'close';

/** What the server says of its stop. */
export interface ServerReport {
  readonly clients: number;
  readonly durationMs: number;
  readonly cpuMs: number;
  readonly longestBlockMs: number;
  readonly p99BlockMs: number;
  /** The processor's time in the longest turn of the loop: no other process makes it longer. */
  readonly longestCpuMs: number;
  readonly outcome: string;
  readonly cut: number;
}

/** One stop of a server with many WebSockets. */
export interface WebSocketStop {
  readonly by: StopBy;
  readonly report: ServerReport;
  /** Every close frame that a client saw, in the order of time. */
  readonly closes: readonly SeenClose[];
}

async function messageOf<Message>(owned: OwnedProcess): Promise<Message> {
  const ended = owned.exited.then(({ code, signal }) => {
    throw new Error(`a process ended with ${code ?? signal}`);
  });
  const [message] = (await Promise.race([once(owned.child, 'message'), ended])) as [Message];
  return message;
}

async function hold(owned: OwnedProcess, command: HoldWebSockets): Promise<void> {
  owned.child.send(command);
  const { held } = await messageOf<HolderMessage>(owned);
  if (held !== command.connections) throw new Error(`${held} of ${command.connections} are open`);
}

/** Opens so many WebSockets, stops the server, and sees every one of them end. */
export async function stopWebSockets(
  children: ChildRegistry,
  by: StopBy,
  connections: number,
): Promise<WebSocketStop> {
  const program = by === 'close' ? 'close' : 'quiesce';
  const server = children.start(process.execPath, ['--expose-gc', SERVER, program], { stdio: [...stdio] });
  const holders: OwnedProcess[] = [];
  try {
    const { port } = await messageOf<{ readonly port: number }>(server);
    for (let left = connections, index = 2; left > 0; left -= CONNECTIONS_OF_A_HOLDER, index += 1) {
      const holder = children.start(process.execPath, [HOLDER], { stdio: [...stdio] });
      holders.push(holder);
      const own = Math.min(left, CONNECTIONS_OF_A_HOLDER);
      await hold(holder, { port, connections: own, localAddress: `127.0.0.${index}` });
    }
    const seen = holders.map((holder) => messageOf<HolderMessage>(holder));
    server.child.send({ mode: by });
    const report = await messageOf<ServerReport>(server);
    const closes = (await Promise.all(seen)).flatMap((each) => each.closes ?? []);
    return { by, report, closes: closes.toSorted((one, other) => one.atMs - other.atMs) };
  } finally {
    for (const owned of [server, ...holders]) await owned.end();
  }
}
