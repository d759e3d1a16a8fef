import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that the harness started. */
export interface OwnedProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** Ends it and all of its group, now, and waits for its end. Nothing happens when it has ended. */
  end(): Promise<void>;
}

/**
 * Starts processes, each the leader of a group of its own, and sees to it that none outlives the harness: nginx's
 * workers, say, would outlive a master that was killed. Only groups that were started here are ever signalled.
 */
export class ChildRegistry {
  readonly #running = new Set<number>();

  constructor() {
    process.once('exit', () => this.#endAll());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        this.#endAll();
        process.exit(130);
      });
    }
  }

  /** @throws Error when the program cannot be started */
  start(file: string, args: readonly string[], options: SpawnOptions): OwnedProcess {
    const env = withoutExtraCertificates(options.env ?? process.env);
    const child = spawn(file, args, { ...options, env, detached: true });
    const exited = new Promise<ProcessExit>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    // Whoever waits for the exit hears of the error; that nobody does is no error of its own.
    exited.catch(() => {});
    const { pid } = child;
    if (pid === undefined) {
      throw new Error(`${file} could not be started`);
    }
    this.#running.add(pid);
    const endGroup = (): void => {
      if (this.#running.delete(pid)) {
        killGroup(pid);
      }
    };
    // The number is free for others from now on: what is left of the group has to go at once, or never.
    child.once('exit', endGroup);
    const end = async (): Promise<void> => {
      endGroup();
      await exited;
    };
    return { child, pid, exited, end };
  }

  #endAll(): void {
    for (const pid of this.#running) {
      killGroup(pid);
    }
    this.#running.clear();
  }
}

/** Node.js reads them at each start, which takes longer than the start itself: 60 ms for those of a distribution. */
function withoutExtraCertificates({
  NODE_EXTRA_CA_CERTS: _unread,
  ...rest
}: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return rest;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}
