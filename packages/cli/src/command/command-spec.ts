import type { CommandContext } from './command-context.js';
import type { GivenOptions } from './given-options.js';

/** An option of a subcommand. Its environment variable is `QUIESCE_` and its name in capitals. */
export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string;
  /** What stands for its value in the help, such as `SECONDS`. Absent for a flag. */
  readonly value?: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** What holds without it, in words. */
  readonly standard?: string;
  /** A further spelling of its name, for those who come from another program. */
  readonly alsoSpelled?: string;
  /** A flag that `--no-…` turns off. */
  readonly isOn?: true;
}

/** What a subcommand was called with. */
export interface Invocation {
  /** Everything that is not an option; after `--` everything. */
  readonly operands: readonly string[];
  readonly options: GivenOptions;
}

/** A subcommand with options and operands. */
export interface OptionsCommand {
  readonly kind: 'options';
  /** Operands as commander writes them, such as `[name]` or `<files...>`. */
  readonly operands?: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionSpec[];
  /** Takes the first operand, and all that follows it, as they are: the command line of another program. */
  readonly passThrough?: true;
  /** Stands below the options in the help. */
  readonly details: string;
  /** Resolves with the exit code. Rejects with a `CommandError`. */
  run(invocation: Invocation, context: CommandContext): Promise<number>;
}

/** A subcommand that has subcommands. */
export interface CommandGroup {
  readonly kind: 'group';
  readonly commands: readonly CommandEntry[];
}

/** A subcommand that reads its command line itself. */
export interface RawCommand {
  readonly kind: 'raw';
  /** Resolves with the exit code. */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

export type CommandSpec = OptionsCommand | CommandGroup | RawCommand;

/** A row in the table of subcommands. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** Imports it: nobody waits for the code of another subcommand. */
  load(): Promise<CommandSpec>;
}
