import { fileURLToPath } from 'node:url';
import { type StartProcessOptions, startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import { findCommand } from '../../../../scripts/find-command.mjs';

/** The command as it is installed. */
export const quiesceCommand: string = fileURLToPath(new URL('../../bin/quiesce.js', import.meta.url));

/** script(1) of util-linux runs a command in a terminal; that of other systems has other options. */
export const hasScript: boolean = process.platform === 'linux' && findCommand(['script']) !== undefined;

/** What the machine's own environment must not change. */
const ownEnvironment = {
  XDG_RUNTIME_DIR: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name.startsWith('QUIESCE_'))
      .map((name) => [name, undefined]),
  ),
};

/** Options of {@link startQuiesce}. */
export interface StartQuiesceOptions extends StartProcessOptions {
  /** A command that runs it, as another user say. */
  readonly as?: readonly string[];
}

/** Starts the built command in a process of its own. */
export function startQuiesce(
  args: readonly string[],
  { as = [], ...options }: StartQuiesceOptions = {},
): TestProcess {
  const [command = process.execPath, ...rest] = [...as, process.execPath, quiesceCommand, ...args];
  return startProcess(command, rest, {
    ...options,
    env: { ...ownEnvironment, ...options.env },
  });
}

/** What came of it. */
export interface QuiesceRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command to its end. */
export async function runQuiesce(
  args: readonly string[],
  options: StartQuiesceOptions = {},
): Promise<QuiesceRun> {
  const started = startQuiesce(args, options);
  const { code } = await started.waitForExit({ timeoutMs: 40_000 });
  return { code, stdout: started.stdout, stderr: started.stderr };
}
