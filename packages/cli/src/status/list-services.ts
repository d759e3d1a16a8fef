import { createControlClient, listSockets } from '@quiesce/control/client';
import type { CommandContext } from '../command/command-context.js';
import { formatDuration } from '../text/format-duration.js';
import { printable } from '../text/printable.js';

/** A service that has a socket in the runtime directory. */
export interface ListedService {
  readonly data: {
    readonly name: string;
    readonly socketPath: string;
    /** `null` when nobody answers. */
    readonly state: string | null;
    readonly pid: number | null;
  };
  /** For people. */
  readonly line: string;
}

/** How long one may take to answer, in milliseconds. */
const patienceMs = 2_000;

/** Asks all services that have a socket in the runtime directory. */
export function listServices(environment: CommandContext['environment']): Promise<readonly ListedService[]> {
  return Promise.all(
    listSockets(environment).map(async ({ service, socketPath }) => {
      const client = createControlClient({ socketPath, timeoutMs: patienceMs });
      const status = await client.status().catch(() => undefined);
      const what =
        status === undefined
          ? 'nobody answers'
          : `${status.state}  pid ${status.pid}  up ${formatDuration(status.uptimeMs)}  in flight ${status.inFlight}`;
      return {
        data: { name: service, socketPath, state: status?.state ?? null, pid: status?.pid ?? null },
        line: `${printable(service)}  ${what}  ${printable(socketPath)}`,
      };
    }),
  );
}
