import { fileURLToPath } from 'node:url';
import type { ChildRegistry } from '../processes/child-registry.js';
import type { ServerEntry } from '../servers/server-entry.js';
import { startServer } from '../servers/server-process.js';
import { type Random, shuffle } from '../statistics/seeded-random.js';
import { RequestLoop } from './request-loop.js';

/** How much is measured. */
export interface PairPlan {
  /** Requests of a slice: the fixed number over which CPU time is compared. */
  readonly requests: number;
  /** Slices of each server. */
  readonly slices: number;
  readonly connections: number;
  readonly warmUp: number;
}

/** CPU time per request in one slice of all three servers, in microseconds. */
export interface Slice {
  readonly bare: number;
  /** The same program as `bare`, in another process: the noise of the measurement. */
  readonly bareAgain: number;
  readonly quiesce: number;
}

const PROGRAM = fileURLToPath(new URL('../../servers/hot-path.mjs', import.meta.url));

function entryOf(name: keyof Slice): ServerEntry {
  const args = name === 'quiesce' ? [PROGRAM, '--quiesce'] : [PROGRAM];
  return {
    name,
    title: name,
    stopSignal: 'SIGTERM',
    kind: 'node',
    command: { file: process.execPath, args },
  };
}

const NAMES = ['bare', 'bareAgain', 'quiesce'] as const;

interface Measured {
  readonly name: keyof Slice;
  readonly loop: RequestLoop;
  end(): Promise<void>;
}

async function startMeasured(
  children: ChildRegistry,
  name: keyof Slice,
  directory: string,
  plan: PairPlan,
): Promise<Measured> {
  const server = await startServer(children, entryOf(name), { directory });
  try {
    const loop = await RequestLoop.open(server.port, plan.connections);
    await loop.run(plan.warmUp);
    return {
      name,
      loop,
      end() {
        loop.end();
        return server.end();
      },
    };
  } catch (error) {
    await server.end();
    throw error;
  }
}

async function cpuPerRequest({ loop }: Measured, requests: number): Promise<number> {
  const before = await loop.cpuMicroseconds();
  await loop.run(requests);
  return ((await loop.cpuMicroseconds()) - before) / requests;
}

/**
 * Three servers live side by side, and take turns in random order, slice by slice: what else goes on in the machine
 * meets all of them alike.
 */
export async function measurePairs(
  children: ChildRegistry,
  plan: PairPlan,
  random: Random,
  directory: string,
): Promise<readonly Slice[]> {
  const servers: Measured[] = [];
  try {
    for (const name of shuffle(random, NAMES)) {
      servers.push(await startMeasured(children, name, directory, plan));
    }
    const slices: Slice[] = [];
    for (let index = 0; index < plan.slices; index += 1) {
      const slice = { bare: 0, bareAgain: 0, quiesce: 0 };
      for (const server of shuffle(random, servers)) {
        slice[server.name] = await cpuPerRequest(server, plan.requests);
      }
      slices.push(slice);
    }
    return slices;
  } finally {
    for (const server of servers) {
      await server.end();
    }
  }
}
