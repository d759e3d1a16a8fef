import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { collectOutput, type OutputStream, type ProcessOutput } from './process-output.js';

/** Options of {@link startProcess}. All optional. */
export interface StartProcessOptions {
  /** Added to this process's environment; `undefined` takes a variable out. @default {} */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default this process's */
  readonly cwd?: string;
  /** How long `waitForLine` and `waitForExit` wait unless told otherwise, in milliseconds. @default 20_000 */
  readonly timeoutMs?: number;
  /**
   * Registers what ends the process. Give the test context's own in concurrent tests, or what an `afterAll` calls
   * for a process that a whole file shares. @default vitest's `onTestFinished`
   */
  readonly onFinished?: (end: () => Promise<void>) => void;
}

/** How a process ended. */
export interface ProcessExit {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it; `null` when it exited by itself. */
  readonly signal: NodeJS.Signals | null;
  /** From the first signal that was sent to the end; from the start when none was sent. In milliseconds. */
  readonly ms: number;
}

/** Options of {@link TestProcess.waitForLine}. All optional. */
export interface WaitForLineOptions {
  /** @default both */
  readonly from?: OutputStream;
  /** In milliseconds. @default the process's `timeoutMs` */
  readonly timeoutMs?: number;
}

/** A real process that a test has started. */
export interface TestProcess {
  readonly pid: number;
  /** The standard input; open until the test ends it. */
  readonly stdin: Writable;
  /** Everything that has been written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Set from the moment it has ended. */
  readonly exit: ProcessExit | undefined;
  /**
   * Resolves with the first line that matches, also one that came before the call. Rejects when the output has ended
   * or the time is over without one; the error carries everything that was written.
   */
  waitForLine(pattern: RegExp | string, options?: WaitForLineOptions): Promise<string>;
  /** Sends a signal to this process alone. False when it has ended already. */
  signal(signal: NodeJS.Signals): boolean;
  /** Sends a signal to its whole process group, as a terminal does for Ctrl-C. False when all have ended already. */
  signalGroup(signal: NodeJS.Signals): boolean;
  /** Resolves when it has ended and its output was read. Rejects when the time is over; the error carries the output. */
  waitForExit(options?: { readonly timeoutMs?: number }): Promise<ProcessExit>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable> & { readonly pid: number };

/** After its end, a process's output may be held open by a child of its own; longer than this nobody waits for it. */
const outputPatienceMs = 1_000;

/**
 * Starts a real process in a process group of its own and collects its output. When the test ends, however it ends,
 * the whole group is killed by its own id.
 */
export function startProcess(
  command: string,
  args: readonly string[] = [],
  options: StartProcessOptions = {},
): TestProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    // What the test runner sets for itself would make a program behave as it does for nobody else.
    env: { ...process.env, NODE_ENV: undefined, VITEST: undefined, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.on('error', () => undefined);
  // A write to a process that is ending fails; what the test looks at is how it ended.
  child.stdin.on('error', () => undefined);
  if (!hasStarted(child)) throw new Error(`${command} could not be started`);
  const started = watchProcess(child, [command, ...args].join(' '), options.timeoutMs ?? 20_000);
  (options.onFinished ?? onTestFinished)(async () => {
    started.signalGroup('SIGKILL');
    await started.waitForExit();
  });
  return started;
}

/** Starts a Node.js program on the Node.js that runs the tests; see {@link startProcess}. */
export function startNode(
  script: string | URL,
  args: readonly string[] = [],
  options: StartProcessOptions = {},
): TestProcess {
  const path = script instanceof URL ? fileURLToPath(script) : script;
  return startProcess(process.execPath, [path, ...args], options);
}

function hasStarted(child: ChildProcessByStdio<Writable, Readable, Readable>): child is Child {
  return child.pid !== undefined;
}

function watchProcess(child: Child, command: string, defaultTimeoutMs: number): TestProcess {
  const output = collectOutput(child);
  const exit = watchExit(child);
  const inTime = <Value>(
    promise: Promise<Value>,
    what: string,
    timeoutMs = defaultTimeoutMs,
  ): Promise<Value> =>
    settleInTime(promise, timeoutMs, () => {
      return `${command}: no ${what} within ${timeoutMs} ms${describeOutput(output)}`;
    });
  return {
    pid: child.pid,
    stdin: child.stdin,
    get stdout() {
      return output.text('stdout');
    },
    get stderr() {
      return output.text('stderr');
    },
    get exit() {
      return exit.now();
    },
    async waitForLine(pattern, { from, timeoutMs } = {}) {
      const line = await inTime(output.findLine(pattern, from), `line with ${pattern}`, timeoutMs);
      if (line !== undefined) return line;
      throw new Error(`${command}: ended without a line with ${pattern}${describeOutput(output)}`);
    },
    signal(signal) {
      if (exit.now() !== undefined) return false;
      exit.countFromNow();
      return child.kill(signal);
    },
    signalGroup(signal) {
      exit.countFromNow();
      return killGroup(child.pid, signal);
    },
    waitForExit: ({ timeoutMs } = {}) => inTime(exit.ended, 'exit', timeoutMs),
  };
}

interface ExitWatch {
  readonly ended: Promise<ProcessExit>;
  now(): ProcessExit | undefined;
  /** Only the first call counts: the time to the exit is measured from the first signal. */
  countFromNow(): void;
}

function watchExit(child: Child): ExitWatch {
  const startedAt = performance.now();
  let signalledAt: number | undefined;
  let exit: ProcessExit | undefined;
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  const ended = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      const found = { code, signal, ms: performance.now() - (signalledAt ?? startedAt) };
      exit = found;
      const giveUp = setTimeout(() => closeOutput(child), outputPatienceMs);
      void closed.then(() => {
        clearTimeout(giveUp);
        resolve(found);
      });
    });
  });
  return {
    ended,
    now: () => exit,
    countFromNow() {
      signalledAt ??= performance.now();
    },
  };
}

function closeOutput(child: Child): void {
  child.stdout.destroy();
  child.stderr.destroy();
}

function killGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}

async function settleInTime<Value>(
  promise: Promise<Value>,
  timeoutMs: number,
  describe: () => string,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(describe())), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function describeOutput(output: ProcessOutput): string {
  return (['stdout', 'stderr'] as const).map((from) => `\n--- ${from} ---\n${output.text(from)}`).join('');
}
