import { setTimeout as sleep } from 'node:timers/promises';
import { ClientConnection } from '../http1/client-connection.js';
import { timedWork } from '../load/exchanges.js';
import type { ChildRegistry } from '../processes/child-registry.js';
import { withinLimit } from '../processes/within-limit.js';
import type { ServerEntry } from '../servers/server-entry.js';
import { type ServerProcess, startServer } from '../servers/server-process.js';

/** What is in the way of the exit when the signal comes. */
export type ExitScene =
  /** A request on a connection that has had no answer yet. */
  | 'in-flight'
  /** A connection that has just had an answer, and may bring another request while its idle window is open. */
  | 'idle-window';

/** One exit. */
export interface ExitRun {
  readonly server: string;
  readonly scene: ExitScene;
  /** From the last response at its client, or from the end of the idle window if that is later, to the exit. */
  readonly exitAfterMs: number;
}

const IN_FLIGHT_MS = 150;
const SIGNAL_AFTER_MS = 50;
const LIMIT_MS = 10_000;

/** The instant from which the exit is measured. */
type Scene = (server: ServerProcess, entry: ServerEntry, idleWindowMs: number) => Promise<number>;

const SCENES: Readonly<Record<ExitScene, Scene>> = {
  async 'in-flight'(server, entry, idleWindowMs) {
    const connection = new ClientConnection(server.port);
    const answer = connection.exchange(timedWork('in-flight', IN_FLIGHT_MS));
    await sleep(SIGNAL_AFTER_MS);
    server.signal(entry.stopSignal);
    const { ending, endedAtMs } = await answer;
    if (ending !== 'answered') {
      throw new Error(`${entry.name} did not answer: ${ending}`);
    }
    // On a busy machine the answer may have gone before the signal came: then it did not say `Connection: close`.
    return connection.usable ? endedAtMs + idleWindowMs : endedAtMs;
  },
  async 'idle-window'(server, entry, idleWindowMs) {
    const { endedAtMs } = await new ClientConnection(server.port).exchange(timedWork('before', 0));
    await sleep(SIGNAL_AFTER_MS);
    server.signal(entry.stopSignal);
    return endedAtMs + idleWindowMs;
  },
};

/** Starts a server, sets the scene, stops it, and measures the exit. */
export async function runExit(
  children: ChildRegistry,
  entry: ServerEntry,
  scene: ExitScene,
  idleWindowMs: number,
  directory: string,
): Promise<ExitRun> {
  const server = await startServer(children, entry, { directory });
  try {
    const fromMs = await SCENES[scene](server, entry, idleWindowMs);
    const { code, atMs } = await withinLimit(LIMIT_MS, `the exit of ${entry.name}`, server.exited);
    if (code !== 0) {
      throw new Error(`${entry.name} ended with ${code}`);
    }
    return { server: entry.name, scene, exitAfterMs: atMs - fromMs };
  } finally {
    await server.end();
  }
}
