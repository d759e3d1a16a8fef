import { fileURLToPath } from 'node:url';

/** The command as it is installed; the repository has to be built. */
const COMMAND = fileURLToPath(new URL('../../../packages/cli/bin/quiesce.js', import.meta.url));

/** The command line that supervises a program. */
export function quiesceRun(
  options: readonly string[],
  program: readonly string[],
): readonly [string, ...string[]] {
  return [COMMAND, 'run', ...options, '--', ...program];
}
