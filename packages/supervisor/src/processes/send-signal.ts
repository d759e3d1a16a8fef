/** Whom the signals of a stop go to, as systemd's `KillMode=` has it. */
export type KillMode = 'mixed' | 'group' | 'process';

/** Sends a signal to one process. False when it has gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Sends a signal to a process group. False when nobody is in it any more. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  return signalProcess(-group, signal);
}
