import { readdirSync, readFileSync } from 'node:fs';

/** The variable that all processes of one test run carry in their environment. */
export const runMarker = 'QUIESCE_TEST_RUN';

/** A process that is still there. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * The processes that carry the mark of a run, the test runner's own workers left out. It also finds those that have
 * lost their parent or made a session of their own. Linux only (`/proc`); elsewhere it finds nothing.
 */
export function findProcessesOfRun(run: string): readonly RunningProcess[] {
  return processIds()
    .filter((pid) => readProcessFile(pid, 'environ').split('\0').includes(`${runMarker}=${run}`))
    .map((pid) => ({ pid, command: readProcessFile(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
    .filter(({ command }) => command !== '' && !command.includes('/vitest/dist/workers/'));
}

function processIds(): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

/** Empty when the process has gone, is a zombie, or is somebody else's. */
function readProcessFile(pid: number, file: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
