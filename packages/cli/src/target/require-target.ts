import { listSockets } from '@quiesce/control/client';
import type { CommandContext } from '../command/command-context.js';
import { CommandError } from '../command/command-error.js';
import type { Invocation } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';
import { printable } from '../text/printable.js';
import { selectTarget, type Target } from './select-target.js';

/**
 * Finds out which service is meant. None is taken for granted, also when there is only one.
 * @throws UsageError, CommandError
 */
export function requireTarget(invocation: Invocation, { environment }: CommandContext): Target {
  const target = selectTarget(invocation);
  if (target !== undefined) return target;
  const names = listSockets(environment).map(({ service }) => printable(service));
  const here =
    names.length === 0 ? 'none has a socket in the runtime directory' : `here are ${names.join(', ')}`;
  const message = `which service? Give its name, --socket, --url, --pid-file or --pid; ${here}`;
  throw new CommandError(message, exitCodes.failed);
}
