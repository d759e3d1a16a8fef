import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChildRegistry, OwnedProcess } from '../processes/child-registry.js';
import type { HoldCommand, HoldReport } from './holder-messages.js';

const PROGRAM = fileURLToPath(new URL('./holder-process.js', import.meta.url));
const CONNECTIONS_OF_A_HOLDER = 5_000;

async function holdSome(owned: OwnedProcess, command: HoldCommand): Promise<number> {
  owned.child.send(command);
  const [report] = (await Promise.race([
    once(owned.child, 'message'),
    owned.exited.then(({ code, signal }) => {
      throw new Error(`a holder ended with ${code ?? signal}`);
    }),
  ])) as [HoldReport];
  return report.held;
}

/** Connections held by processes of their own. */
export interface Holders {
  readonly held: number;
  end(): Promise<void>;
}

/** Opens idle connections, spread over several processes because each may have so many open files only. */
export async function holdConnections(
  children: ChildRegistry,
  port: number,
  connections: number,
): Promise<Holders> {
  const counts: number[] = [];
  for (let left = connections; left > 0; left -= CONNECTIONS_OF_A_HOLDER) {
    counts.push(Math.min(left, CONNECTIONS_OF_A_HOLDER));
  }
  const holders = counts.map((count) => ({
    count,
    owned: children.start(process.execPath, [PROGRAM], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  }));
  const end = async (): Promise<void> => {
    await Promise.all(holders.map(({ owned }) => owned.end()));
  };
  try {
    const held = await Promise.all(
      holders.map(({ owned, count }) => holdSome(owned, { port, connections: count })),
    );
    return { held: held.reduce((a, b) => a + b, 0), end };
  } catch (error) {
    await end();
    throw error;
  }
}
