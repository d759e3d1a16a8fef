import { Command, CommanderError, Option } from 'commander';
import type { CommandContext } from './command-context.js';
import { CommandError } from './command-error.js';
import type { Invocation, OptionSpec, OptionsCommand } from './command-spec.js';
import { exitCodes } from './exit-codes.js';
import { createGivenOptions, environmentVariable } from './given-options.js';

/**
 * Reads the command line of a subcommand; undefined when it only asked for help, which is printed.
 * @param name with what stands before it, such as `quiesce stop`
 * @throws UsageError, CommandError
 */
export function parseInvocation(
  name: string,
  summary: string,
  spec: OptionsCommand,
  args: readonly string[],
  context: CommandContext,
): Invocation | undefined {
  const command = createParser(name, summary, spec, context);
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new CommandError(
      `${error.message.replace(/^error: /, '').replaceAll('\n', ' ')} (${name} --help shows all options)`,
      exitCodes.failed,
    );
  }
  const spelled = new Map(spec.options.map((option) => [option.alsoSpelled, option.name]));
  const parsed = new Map<string, string | boolean>();
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const own = option.name();
    if (typeof value === 'string' || typeof value === 'boolean')
      parsed.set(spelled.get(own) ?? own.replace(/^no-/, ''), value);
  }
  return { operands: command.args, options: createGivenOptions(spec.options, parsed, context.environment) };
}

function createParser(name: string, summary: string, spec: OptionsCommand, context: CommandContext): Command {
  const command = new Command(name)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .configureOutput({ writeOut: (text) => context.stdout.write(text), writeErr: () => {} })
    .configureHelp({ helpWidth: Math.max(60, context.stdout.columns ?? 100) })
    .addHelpText('after', `\n${spec.details.trim()}`)
    .exitOverride();
  for (const operand of spec.operands ?? []) command.argument(operand.name, operand.summary);
  for (const option of spec.options.flatMap(toOptions)) command.addOption(option);
  if (spec.passThrough === true) command.passThroughOptions();
  return command;
}

function toOptions({ name, value, summary, standard, isOn, alsoSpelled }: OptionSpec): readonly Option[] {
  const variable = `env: ${environmentVariable(name)}`;
  const notes = standard === undefined ? variable : `default: ${standard}, ${variable}`;
  const flags = value === undefined ? `--${name}` : `--${name} <${value}>`;
  const option = new Option(flags, `${summary} (${notes})`);
  if (alsoSpelled !== undefined) return [option, new Option(`--${alsoSpelled} <${value}>`).hideHelp()];
  return isOn === true ? [option, new Option(`--no-${name}`, `the opposite of --${name}`)] : [option];
}
