import type { CommandContext } from '../command/command-context.js';
import type { Invocation, OptionsCommand } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';
import { interruptible } from '../command/interruptible.js';
import { requireTarget } from '../target/require-target.js';
import { targetOperand, targetOptions } from '../target/target-options.js';
import { resolveTerminal } from '../terminal/terminal.js';
import { followService } from './follow-service.js';
import { createLineView } from './line-view.js';
import { createScreenView } from './screen-view.js';

const details = `
It goes on until Ctrl-C, also when the service ends, and comes back. Where the output is not a terminal, or NO_COLOR is set, it
writes a line for each change.

Exit codes: 0 Ctrl-C, 1 wrong use, 5 not allowed.`;

/** `quiesce watch`. */
export const watchCommand: OptionsCommand = {
  kind: 'options',
  operands: [targetOperand],
  options: targetOptions,
  details,
  run: runWatch,
};

async function runWatch(invocation: Invocation, context: CommandContext): Promise<number> {
  const target = requireTarget(invocation, context);
  const { stdout, environment } = context;
  const { isScreen } = resolveTerminal(stdout, environment);
  const view = isScreen ? createScreenView(context) : createLineView(context);
  try {
    await interruptible(context, (interrupt) => followService(target, view, context, interrupt));
  } finally {
    view.end();
  }
  return exitCodes.clean;
}
