import type { ControlStatus } from '@quiesce/control/client';
import type { CommandContext } from '../command/command-context.js';
import type { Invocation, OptionsCommand } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';
import { openTarget } from '../target/open-target.js';
import { selectTarget, type Target } from '../target/select-target.js';
import { targetOperand, targetOptions } from '../target/target-options.js';
import { toCommandError } from '../target/to-command-error.js';
import { paint } from '../terminal/paint.js';
import { resolveTerminal } from '../terminal/terminal.js';
import { listServices } from './list-services.js';
import { renderStatus } from './render-status.js';

const details = `
Without a target it lists the services that have a socket in the runtime directory.

Exit codes: 0 it has answered, 1 wrong use, 4 not found, 5 not allowed, 6 it is there and does not answer.`;

/** `quiesce status`. */
export const statusCommand: OptionsCommand = {
  kind: 'options',
  operands: [targetOperand],
  options: [...targetOptions, { name: 'json', summary: 'print plain data (schema quiesce.status/1)' }],
  details,
  run: runStatus,
};

async function runStatus(invocation: Invocation, context: CommandContext): Promise<number> {
  const target = selectTarget(invocation);
  const isJson = invocation.options.flag('json');
  const { stdout, environment } = context;
  const terminal = resolveTerminal(stdout, environment);
  if (target === undefined) {
    const services = await listServices(environment);
    const text = isJson
      ? [
          JSON.stringify(
            services.map(({ data }) => data),
            undefined,
            2,
          ),
        ]
      : services.map(({ line }) => line);
    const nothing = 'no service has a socket in the runtime directory';
    stdout.write(`${(text.length === 0 ? [nothing] : text).join('\n')}\n`);
    return exitCodes.clean;
  }
  const status = await askStatus(target, context);
  const text = isJson
    ? JSON.stringify(status, undefined, 2)
    : renderStatus(status, terminal.columns)
        .map((line) => paint(line, terminal.hasColor))
        .join('\n');
  stdout.write(`${text}\n`);
  return exitCodes.clean;
}

async function askStatus(target: Target, context: CommandContext): Promise<ControlStatus> {
  const client = await openTarget(target, context);
  try {
    return await client.status();
  } catch (error) {
    throw toCommandError(error);
  }
}
