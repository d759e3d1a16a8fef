import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { CommandError } from '../errors.js';
import type { ChildExit } from './child-exit.js';

/** What is run, and how. */
export interface ChildSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether its output is to be read by this process; otherwise it has this process's own. */
  readonly isRead: boolean;
}

/** A child process in a session, and so a process group, of its own. */
export interface Child {
  readonly pid: number;
  /** Set from the moment it has ended. */
  readonly exit: ChildExit | undefined;
  /** Resolves when it has ended, whoever still holds its output. */
  readonly exited: Promise<ChildExit>;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

/**
 * Starts the command. It leads a session of its own, so that neither the terminal's Ctrl-C nor a signal to this
 * process's group reaches it, and its group can be signalled by its pid.
 *
 * Rejects with a `CommandError`.
 */
export function spawnChild(spec: ChildSpec): Promise<Child> {
  const { command, args, cwd, environment, isRead } = spec;
  const stdio: StdioOptions = isRead ? ['inherit', 'pipe', 'pipe'] : 'inherit';
  return new Promise((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = spawn(command, args, { cwd, env: environment, stdio, detached: true });
    } catch (error) {
      reject(toCommandError(command, error));
      return;
    }
    child.once('error', (error) => reject(toCommandError(command, error)));
    const { pid } = child;
    if (pid !== undefined) resolve(follow(child, pid));
  });
}

function follow(child: ChildProcess, pid: number): Child {
  let exit: ChildExit | undefined;
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      resolve(exit);
    });
  });
  return {
    pid,
    get exit() {
      return exit;
    },
    exited,
    stdout: child.stdout,
    stderr: child.stderr,
  };
}

/** As shells do, and POSIX says: 127 when the command is not found, 126 when it is and cannot be run. */
function toCommandError(command: string, error: unknown): CommandError {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return new CommandError(command, code === 'ENOENT' || code === 'ENOTDIR' ? 127 : 126, error);
}
