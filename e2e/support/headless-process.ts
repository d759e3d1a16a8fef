import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** A process whose first thread has ended and whose second goes on: a zombie by its state, though it holds all it had. */
export interface HeadlessProcess {
  readonly pid: number;
  /** Ends the other thread; returns when the system says that the process has ended. */
  end(): Promise<void>;
}

// The system call `exit` (not `exit_group`) ends the calling thread alone. Its number: 60 on x86-64, 93 on arm64.
const program = `
import ctypes, os, platform, sys, threading
def last():
    sys.stdin.read()
    os._exit(0)
threading.Thread(target=last).start()
ctypes.CDLL(None).syscall(60 if platform.machine() == 'x86_64' else 93, 0)
`;

/** Starts one, and waits until its first thread has ended; undefined where Python or `/proc` is not there. */
export async function startHeadlessProcess(): Promise<HeadlessProcess | undefined> {
  if (process.platform !== 'linux') return undefined;
  const child = spawn('python3', ['-c', program], { stdio: ['pipe', 'ignore', 'ignore'] });
  const { pid } = child;
  if (pid === undefined) {
    await once(child, 'error');
    return undefined;
  }
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  while (stateOf(pid) !== 'Z') {
    if (child.exitCode !== null)
      throw new Error(`python3 ended with ${child.exitCode} before its thread did`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    pid,
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}

function stateOf(pid: number): string | undefined {
  return /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
}
