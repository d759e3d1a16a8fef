import { findLauncher } from '../own-package.js';

/** Replaces this process by another program, as execve(2) does; returns only when it cannot. */
type Execve = (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => void;

/**
 * Node.js as PID 1 would never reap the processes that it is handed when they lose their parent. So the command gives its
 * place to the shell in its own file, which does, and runs it again below; Node.js can do that from 22.15 on.
 *
 * @returns why it could not, when this is PID 1; undefined when it is not
 */
export function becomeInit(args: readonly string[]): string | undefined {
  if (process.pid !== 1) return undefined;
  const remedy =
    'processes that lose their parent will stay as zombies; let PID 1 be `quiesce` itself ' +
    '(not `node …/quiesce.js`), or run the container with --init';
  const execve: unknown = Reflect.get(process, 'execve');
  if (typeof execve !== 'function') return `Node.js ${process.versions.node} is PID 1: ${remedy}`;
  try {
    (execve as Execve).call(process, '/bin/sh', ['sh', findLauncher(), ...args], process.env);
  } catch (error) {
    return `Node.js is PID 1, and could not become a shell (${String(error)}): ${remedy}`;
  }
  return undefined;
}
