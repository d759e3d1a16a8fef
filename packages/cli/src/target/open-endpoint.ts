import {
  type ControlClient,
  type ControlTarget,
  createControlClient,
  findSocket,
  isControlError,
  listRuntimeDirectories,
  listSockets,
  type ProcessIdentity,
} from '@quiesce/control/client';
import { isQuiesceError } from '@quiesce/core';
import type { CommandContext } from '../command/command-context.js';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import { readTokenFile } from '../token/read-token-file.js';
import type { Target } from './select-target.js';

/** How long a service may take to say who it is, in milliseconds, where many are asked. */
const introductionMs = 2_000;

/**
 * Creates a client of the control endpoint that a target names.
 * @throws CommandError
 */
export function openEndpoint(
  target: Exclude<Target, { kind: 'pid' | 'pid-file' }>,
  { environment }: CommandContext,
): ControlClient {
  switch (target.kind) {
    case 'name':
      return createClient({ socketPath: findNamedSocket(target.name, environment) });
    case 'socket':
      return createClient({ socketPath: target.socketPath });
    case 'url': {
      const { url, tokenFile } = target;
      const token = tokenFile === undefined ? {} : { token: readTokenFile(tokenFile.text, tokenFile.from) };
      return createClient({ url, ...token });
    }
  }
}

/** The control endpoint of a process, if there is one in the runtime directories that says it is. */
export async function findEndpointOf(
  { pid, startTicks }: ProcessIdentity,
  { environment }: CommandContext,
): Promise<ControlClient | undefined> {
  const clients = listSockets(environment).map(({ socketPath }) =>
    createControlClient({ socketPath, timeoutMs: introductionMs }),
  );
  const owners = await Promise.all(
    clients.map(async (client) => {
      const status = await client.status().catch(() => undefined);
      return status?.process;
    }),
  );
  const index = owners.findIndex((owner) => owner?.pid === pid && owner.startTicks === startTicks);
  return clients[index];
}

function createClient(target: ControlTarget): ControlClient {
  try {
    return createControlClient(target);
  } catch (error) {
    if (!isQuiesceError(error, 'QUIESCE_OPTIONS')) throw error;
    throw new CommandError(error.message, exitCodes.failed, { cause: error });
  }
}

function findNamedSocket(name: string, environment: CommandContext['environment']): string {
  try {
    const path = findSocket(name, environment);
    if (path !== undefined) return path;
  } catch (error) {
    if (!isControlError(error, 'QUIESCE_CONTROL_DENIED')) throw error;
    const advice = 'come as the user who runs the service';
    throw new CommandError(`${error.message}; ${advice}`, exitCodes.notAllowed, { cause: error });
  }
  const places = listRuntimeDirectories(environment).join(', ');
  const others = listSockets(environment).map(({ service }) => service);
  const instead = others.length === 0 ? 'nor any other' : `but ${others.join(', ')}`;
  throw new CommandError(
    `there is no service ${JSON.stringify(name)} in ${places}, ${instead}. Another user's is found by --socket`,
    exitCodes.notFound,
  );
}
