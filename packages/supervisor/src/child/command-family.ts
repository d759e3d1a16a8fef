import type { Clock, StopContext } from '@quiesce/core';
import { LeftBehindError } from '../errors.js';
import { endLeftBehind } from '../processes/end-left-behind.js';
import { type Family, type FamilyProcess, findFamily, findStrangers } from '../processes/find-family.js';
import { readProcess } from '../processes/read-processes.js';
import { type KillMode, signalProcess } from '../processes/send-signal.js';

/** What a command has started beside itself. */
export interface CommandFamily {
  /** Looks at all processes of the machine, so that what is left behind is found fast when the command has ended. */
  prepare(): void;
  find(): readonly FamilyProcess[];
  /** SIGKILL to all of it. */
  kill(): void;
  /**
   * Ends what is left of it, and waits until it is gone.
   * @throws LeftBehindError when something did not end when it was told to
   */
  end(stop: StopContext): Promise<void>;
}

/** Creates the family of a command that was started a moment ago. */
export function createCommandFamily(
  pid: number,
  runId: string,
  { kill, clock }: { readonly kill: KillMode; readonly clock: Clock },
): CommandFamily {
  const family: Family = {
    pid,
    startTicks: readProcess(pid)?.startTicks,
    runId,
    // The shell that is PID 1 in our place says so: see the init of the command `quiesce`.
    hasNamespace: process.pid === 1 || (process.ppid === 1 && process.env['QUIESCE_INIT'] === '1'),
  };
  let strangers: ReadonlySet<number> | undefined;
  const find = (): readonly FamilyProcess[] => findFamily(family, strangers);

  return {
    prepare() {
      strangers = findStrangers(family);
    },
    find,
    kill() {
      if (kill !== 'process') for (const each of find()) signalProcess(each.pid, 'SIGKILL');
    },
    async end(stop) {
      if (kill === 'process') {
        tell(stop, 'left-running', 'was left', find());
        return;
      }
      const { deadline, signal } = stop;
      const { ended, killed } = await endLeftBehind({ clock, deadline, signal, find });
      tell(stop, 'left-behind', 'was ended', ended);
      if (killed.length > 0) throw new LeftBehindError(killed.map((each) => each.pid));
    },
  };
}

function tell(stop: StopContext, code: string, what: string, processes: readonly FamilyProcess[]): void {
  if (processes.length === 0) return;
  const list = processes.slice(0, 10).map(({ pid, command }) => `${pid} (${command.slice(0, 80)})`);
  const message = `what the command left behind ${what}: ${list.join(', ')}`;
  stop.note({ code, message, count: processes.length });
}
