import { type ChildProcess, spawn } from 'node:child_process';
import { NotJudgeableError } from '../errors.js';
import { type ProcessStat, readAllProcesses, readProcessStat } from './proc-stat.js';
import {
  endProcess,
  familyMark,
  familyOf,
  isAlive,
  isPending,
  processesMarked,
  send,
} from './process-group.js';
import { createServerOutput, type ServerOutput } from './server-output.js';

/** How the server's main process ended. Exactly one of `code` and `signal` is set. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** `process.hrtime.bigint()` when the judge learned of it. */
  readonly atNs: bigint;
}

export interface StartServerOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly servedLog: RegExp | undefined;
  /** By which its descendants are found, wherever they go. */
  readonly mark: string;
  /** Runs it as PID 1 of a PID namespace of its own. */
  readonly asPid1: boolean;
}

/** The server under test: a process group of its own, that is never left behind. */
export interface ServerProcess {
  /** The pid that signals go to. */
  readonly pid: number;
  readonly output: ServerOutput;
  readonly exited: Promise<ServerExit>;
  exit(): ServerExit | undefined;
  /** Sends a signal to the main process, as an orchestrator does, or to its group. False when it has ended. */
  signal(signal: NodeJS.Signals, toGroup?: boolean): boolean;
  /** Whether a signal that was sent has not reached the main process yet. */
  isPending(signal: NodeJS.Signals): boolean;
  /** Every living process of the group, and every known descendant outside of it. */
  family(): ProcessStat[];
  /** Ends all of {@link family} at once. Never fails. */
  destroy(): void;
}

export async function startServer(options: StartServerOptions): Promise<ServerProcess> {
  const [file = '', ...args] = options.asPid1 ? pid1Command(options.command) : options.command;
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...options.env, [familyMark]: options.mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = createServerOutput(options.servedLog);
  output.watch(child.stdout);
  output.watch(child.stderr);
  let exit: ServerExit | undefined;
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal, atNs: process.hrtime.bigint() };
      resolve(exit);
    });
  });
  const group = await pidOf(child, options.command);
  const descendants = new Map<number, ProcessStat>();
  const family = (): ProcessStat[] => {
    for (const [pid, stat] of descendants) if (!isAlive(stat)) descendants.delete(pid);
    const found = familyOf(group, new Set(exit === undefined ? [group] : [...descendants.keys()]));
    // While the main process runs its tree tells enough; afterwards only the mark finds those who left the tree.
    const strays = exit === undefined ? [] : processesMarked(options.mark);
    for (const stat of [...found, ...strays]) descendants.set(stat.pid, stat);
    return [...descendants.values()];
  };
  const pid = options.asPid1 && exit === undefined ? await innerPid(group) : group;
  return {
    pid,
    output,
    exited,
    exit: () => exit,
    isPending: (signal) => exit === undefined && isPending(pid, signal),
    signal: (signal, toGroup = false) => exit === undefined && send(toGroup ? -group : pid, signal),
    family,
    destroy: () => {
      for (const stat of [...family(), ...processesMarked(options.mark)]) endProcess(stat);
      if (exit === undefined) send(-group, 'SIGKILL');
    },
  };
}

/** A PID namespace, and a user namespace where we are not root; the server dies with `unshare`, and `unshare` with the judge. */
function pid1Command(command: readonly string[]): string[] {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...user, '--pid', '--fork', '--kill-child=SIGKILL', '--', ...command];
}

async function pidOf(child: ChildProcess, command: readonly string[]): Promise<number> {
  if (child.pid !== undefined) return child.pid;
  return await new Promise<number>((_resolve, reject) => {
    child.once('error', (error) => {
      reject(new NotJudgeableError(`cannot start ${JSON.stringify(command[0])}: ${error.message}`));
    });
  });
}

const innerPidAttempts = 400;
const innerPidEveryMs = 5;

/** The pid, in our namespace, of the process that is PID 1 in its own: the child of `unshare`. */
async function innerPid(outer: number): Promise<number> {
  for (let attempt = 0; attempt < innerPidAttempts; attempt += 1) {
    const inner = readAllProcesses().find(({ parent }) => parent === outer);
    if (inner !== undefined) return inner.pid;
    if (readProcessStat(outer)?.hasEnded !== false) return outer;
    await new Promise((resolve) => setTimeout(resolve, innerPidEveryMs));
  }
  return outer;
}
