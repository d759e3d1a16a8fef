import { readVersion } from '../own-package.js';
import type { CommandContext } from './command-context.js';
import { CommandError } from './command-error.js';
import type { CommandEntry } from './command-spec.js';
import { commandTable } from './command-table.js';
import { exitCodes } from './exit-codes.js';
import { parseInvocation } from './parse-invocation.js';

/**
 * Runs `quiesce` with a command line. Resolves with the exit code; errors are printed, none is thrown.
 * @param args what stands behind `quiesce`
 */
export async function runCommand(args: readonly string[], context: CommandContext): Promise<number> {
  const place = { path: 'quiesce' };
  try {
    return await dispatch(commandTable, args, context, place);
  } catch (error) {
    const isExpected = error instanceof CommandError;
    const text = isExpected ? error.message : describeDefect(error);
    context.stderr.write(`${place.path}: ${text}\n`);
    return isExpected ? error.exitCode : exitCodes.failed;
  }
}

async function dispatch(
  table: readonly CommandEntry[],
  args: readonly string[],
  context: CommandContext,
  place: { path: string },
): Promise<number> {
  const [first, ...rest] = args;
  if (first === '--version' || first === '-V') return print(context, `${readVersion()}\n`);
  if (first === '--help' || first === '-h') return print(context, describeTable(table, place.path));
  if (first === 'help') return dispatch(table, [...rest, '--help'], context, place);
  if (first === undefined)
    throw new CommandError(describeTable(table, place.path).trimEnd(), exitCodes.failed);
  const entry = findEntry(table, first);
  place.path += ` ${entry.name}`;
  const spec = await entry.load();
  if (spec.kind === 'group') return dispatch(spec.commands, rest, context, place);
  if (spec.kind === 'raw') return spec.run(rest, context);
  const invocation = parseInvocation(place.path, entry.summary, spec, rest, context);
  return invocation === undefined ? exitCodes.clean : spec.run(invocation, context);
}

function findEntry(table: readonly CommandEntry[], name: string): CommandEntry {
  const entry = table.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  const names = table.map((each) => each.name).join(', ');
  const kind = name.startsWith('-') ? 'option' : 'command';
  throw new CommandError(
    `there is no ${kind} ${JSON.stringify(name)} here; there are ${names}`,
    exitCodes.failed,
  );
}

function print({ stdout }: CommandContext, text: string): number {
  stdout.write(text);
  return exitCodes.clean;
}

function describeTable(table: readonly CommandEntry[], path: string): string {
  const width = Math.max(...table.map(({ name }) => name.length));
  const rows = table.map(({ name, summary }) => `  ${path} ${name.padEnd(width)}   ${summary}`);
  return [`usage: ${path} COMMAND …`, '', ...rows, '', `${path} COMMAND --help says more.`, ''].join('\n');
}

/** Nobody expected it: whoever reads it needs to know where it happened. */
function describeDefect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
