export { type CommandContext, processContext } from './command/command-context.js';
export { runCommand } from './command/run-command.js';
