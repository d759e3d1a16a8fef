import { OptionsError, PlanError } from '@quiesce/core';
import { createSupervisor, type Supervisor } from '@quiesce/supervisor';
import type { CommandContext } from '../command/command-context.js';
import { CommandError } from '../command/command-error.js';
import type { Invocation, OptionsCommand } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';
import { becomeInit } from './become-init.js';
import { parseRunOptions } from './parse-run-options.js';
import { runOptions } from './run-options.js';

const details = `
The program is not run by a shell. It has this command's standard input and output, and a process group of its own.
A stop is asked for by SIGTERM, SIGINT, quiesce stop NAME, or POST /control/shutdown. A further signal makes it stronger.

Exit codes: 0 the stop was clean (or what --shutdown-exit-code says), 1 failed (70 where clean may be 1), 2 forced,
3 incomplete, 126 cannot be executed, 127 not found; a program that ends by itself: its own, 128+n by a signal.`;

/** `quiesce run`. */
export const runCommand: OptionsCommand = {
  kind: 'options',
  operands: [{ name: '<command...>', summary: 'the program and its arguments, after --' }],
  options: runOptions,
  passThrough: true,
  details,
  run,
};

async function run({ operands, options }: Invocation, context: CommandContext): Promise<number> {
  const warning = becomeInit(process.argv.slice(2));
  if (warning !== undefined) context.stderr.write(`quiesce run: ${warning}\n`);
  const supervisor = await create(operands, options);
  await notifySystemd(supervisor, context);
  const report = await supervisor.run();
  return report.exit.code;
}

/** Without a service manager nobody waits for the code that would talk to it. */
async function notifySystemd(supervisor: Supervisor, { environment }: CommandContext): Promise<void> {
  if (environment['NOTIFY_SOCKET'] === undefined) return;
  const { systemdNotify } = await import('@quiesce/supervisor/systemd');
  systemdNotify(supervisor);
}

async function create(operands: Invocation['operands'], options: Invocation['options']): Promise<Supervisor> {
  try {
    return createSupervisor(await parseRunOptions(operands, options));
  } catch (error) {
    if (error instanceof OptionsError) {
      const option = optionNames[error.option] ?? error.option;
      throw new CommandError(error.message.replace(error.option, option), exitCodes.failed, { cause: error });
    }
    if (error instanceof PlanError) throw new CommandError(error.message, exitCodes.failed, { cause: error });
    throw error;
  }
}

/** What the options of the supervisor are called on the command line, where that is another name. */
const optionNames: Readonly<Record<string, string>> = {
  profile: '--profile',
  mode: '--mode',
  readiness: '--ready',
  'readiness.url': '--ready',
  'readiness.pattern': '--ready',
  exitCode: '--shutdown-exit-code',
  timeoutMs: '--timeout',
  announceMs: '--announce',
  startTimeoutMs: '--start-timeout',
};
