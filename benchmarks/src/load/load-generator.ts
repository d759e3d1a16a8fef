import { once } from 'node:events';
import type { ChildRegistry, OwnedProcess } from '../processes/child-registry.js';
import type { LoadCommand, LoadReport, LoadStart } from './load-messages.js';
import type { LoadResult } from './request-record.js';

const PROGRAM = new URL('./load-process.js', import.meta.url).pathname;

/** A running load generator. */
export interface LoadGenerator {
  /** Sends no new requests, waits for the answers that are still to come, and tells what became of all. */
  stop(): Promise<LoadResult>;
  /** Ends the process, whatever it does. */
  end(): Promise<void>;
}

async function nextReport(owned: OwnedProcess): Promise<LoadReport> {
  const [report] = (await Promise.race([
    once(owned.child, 'message'),
    owned.exited.then(({ code }) => {
      throw new Error(`the load generator ended with ${code}`);
    }),
  ])) as [LoadReport];
  return report;
}

/** Starts a load generator; resolves when its load has begun. */
export async function startLoad(
  children: ChildRegistry,
  options: Omit<LoadStart, 'type'>,
): Promise<LoadGenerator> {
  const owned = children.start(process.execPath, [PROGRAM], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const command = (message: LoadCommand): boolean => owned.child.send(message);
  command({ type: 'start', ...options });
  await nextReport(owned);
  return {
    async stop() {
      const report = nextReport(owned);
      command({ type: 'stop' });
      const last = await report;
      if (last.type !== 'result') {
        throw new Error(`the load generator sent ${last.type} instead of its result`);
      }
      await owned.exited;
      return last.result;
    },
    end: () => owned.end(),
  };
}
