import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChildRegistry } from '../processes/child-registry.js';
import { quiesceRun } from './quiesce-run.js';

/** A program that runs another one. */
export interface MeasuredSupervisor {
  readonly name: string;
  /** Its command line, for a program that sleeps. */
  command(folder: string): readonly [string, ...string[]];
}

const SLEEP = ['sleep', '1000'];

/** Quiesce beside those that Debian has. */
export const SUPERVISORS: readonly MeasuredSupervisor[] = [
  { name: 'quiesce run', command: () => quiesceRun(['--name', 'memory'], SLEEP) },
  { name: 'tini', command: () => ['tini', '-s', '--', ...SLEEP] },
  { name: 'dumb-init', command: () => ['dumb-init', ...SLEEP] },
  {
    name: 'supervisord',
    command(folder) {
      const file = join(folder, 'supervisord.conf');
      writeFileSync(
        file,
        `[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile=${folder}/pid\n` +
          `[program:sleep]\ncommand=${SLEEP.join(' ')}\n`,
      );
      return ['supervisord', '-c', file];
    },
  },
];

/** Long enough for all of them to have come up, in milliseconds. */
const SETTLED_MS = 2_000;

/** The resident memory of the supervisor alone, without what it runs, in KiB; undefined when it is not installed. */
export async function measureMemory(
  children: ChildRegistry,
  supervisor: MeasuredSupervisor,
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<number | undefined> {
  const [file, ...args] = supervisor.command(folder);
  try {
    const { pid, exited } = children.start(file, args, { stdio: 'ignore', env: environment });
    await Promise.race([delay(SETTLED_MS), exited]);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    process.kill(pid, 'SIGTERM');
    await exited;
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}
