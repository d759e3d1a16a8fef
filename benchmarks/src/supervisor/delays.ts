import { once } from 'node:events';
import type { ChildRegistry } from '../processes/child-registry.js';
import { quiesceRun } from './quiesce-run.js';

/** What one run of a program showed, in milliseconds. */
export interface Delays {
  /** From the start of the command line to the program's first output. */
  readonly startMs: number;
  /** From the program's last instant to the end of the supervisor, as its parent sees it. */
  readonly endMs: number;
}

/** Says that it is there, and on SIGTERM writes the time (nanoseconds since the epoch) as the last thing it does. */
const PROGRAM = ['sh', '-c', `trap 'exec date +%s%N' TERM; echo there; while :; do sleep 0.01; done`];

/** Starts and stops a program once, bare or supervised. */
export async function measureDelays(
  children: ChildRegistry,
  isSupervised: boolean,
  environment: NodeJS.ProcessEnv,
): Promise<Delays> {
  const [file = '', ...args] = isSupervised ? quiesceRun(['--name', 'delays'], PROGRAM) : PROGRAM;
  const begun = performance.now();
  const { child, pid, exited } = children.start(file, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environment,
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  if (child.stdout !== null) await once(child.stdout, 'data');
  const startMs = performance.now() - begun;
  process.kill(pid, 'SIGTERM');
  await exited;
  const endedMs = performance.timeOrigin + performance.now();
  const lastMs = Number(/(\d{19})/.exec(text)?.[1]) / 1e6;
  return { startMs, endMs: endedMs - lastMs };
}
