import type { CommandContext, CommandOutput } from '../command/command-context.js';

/** What can be done with an output. */
export interface Terminal {
  /** Whether the cursor can be moved. */
  readonly isScreen: boolean;
  readonly hasColor: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** What there is room for where nobody looks: a log, a pipe. */
const unlimited = { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY };

/**
 * Finds out what an output is. `NO_COLOR` asks for no colours; with it, and on a terminal that can do nothing, lines
 * are written one after the other. Source: no-color.org; terminfo(5), "dumb".
 */
export function resolveTerminal(output: CommandOutput, environment: CommandContext['environment']): Terminal {
  if (output.isTTY !== true) return { isScreen: false, hasColor: false, ...unlimited };
  const isPlain = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  // A terminal that does not know its size says 0.
  const columns = output.columns || 80;
  const rows = output.rows || 24;
  return { isScreen: !isPlain, hasColor: !isPlain, columns, rows };
}
