import type { ControlClient } from '@quiesce/control/client';
import type { CommandContext } from '../command/command-context.js';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import { findProcess } from './find-process.js';
import { findEndpointOf, openEndpoint } from './open-endpoint.js';
import type { Target } from './select-target.js';

/**
 * The control endpoint of a target, also of a pid's.
 * @throws CommandError
 */
export async function openTarget(target: Target, context: CommandContext): Promise<ControlClient> {
  if (target.kind !== 'pid' && target.kind !== 'pid-file') return openEndpoint(target, context);
  const { identity, inWords } = findProcess(target, context.clock.wallTime());
  const client = await findEndpointOf(identity, context);
  if (client !== undefined) return client;
  const message = `${inWords} is running; it has no control endpoint in the runtime directory, and so tells nothing more`;
  throw new CommandError(message, exitCodes.notFound);
}
