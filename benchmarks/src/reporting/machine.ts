import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures depend on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Others' work beside the measurement shows here. */
  readonly loadAverage: number;
  readonly commit: string;
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? type();
  } catch {
    return type();
  }
}

function commit(): string {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    };
    const hash = execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim();
    const changed =
      execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], options).trim() !== '';
    return changed ? `${hash} with changes` : hash;
  } catch {
    return 'unknown';
  }
}

/** Describes this machine, now. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${distribution()}, ${type()} ${release().split('-')[0]}`,
    node: process.version,
    loadAverage: Number((loadavg()[0] ?? 0).toFixed(2)),
    commit: commit(),
  };
}

/** One line for people. */
export function formatMachine(machine: Machine): string {
  const { cpu, cores, memoryGiB, system, node, loadAverage } = machine;
  return `${cores} cores (${cpu}), ${memoryGiB} GiB, ${system}, Node ${node}, load average ${loadAverage} at the begin, commit ${machine.commit}`;
}
