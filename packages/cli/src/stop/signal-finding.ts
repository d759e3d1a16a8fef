import type { FoundProcess } from '../target/find-process.js';
import { formatDuration } from '../text/format-duration.js';
import type { Rung } from './signal-ladder.js';
import type { SentSignal, StopFinding } from './stop-result.js';

/** What is known when the signals were sent. */
interface SignalFacts {
  readonly gone: boolean;
  readonly sent: readonly SentSignal[];
  readonly rungs: readonly Rung[];
  readonly wait: boolean;
  readonly interrupted: boolean;
}

/** Says how a stop by signals went, and no more than is known. */
export function describeSignals(
  { inWords }: FoundProcess,
  { gone, sent, rungs, wait, interrupted }: SignalFacts,
): { readonly outcome: StopFinding; readonly message: string } {
  const last = sent.at(-1)?.signal;
  const kill = rungs.at(-1);
  if (gone && last === 'SIGKILL') {
    return { outcome: 'forced', message: `${inWords} is gone: it was killed by SIGKILL` };
  }
  if (gone) {
    const how = last === undefined ? 'by itself, before any signal was sent' : `after ${last}`;
    return { outcome: 'ended', message: `${inWords} is gone, ${how}; how its stop went it told nobody` };
  }
  if (!wait) {
    const noKill = last === 'SIGKILL' ? '' : '; nobody waits for it, and SIGKILL will not follow';
    return { outcome: 'begun', message: `${inWords} was sent ${last}${noKill}` };
  }
  if (interrupted) {
    const rest =
      last === 'SIGKILL' || kill === undefined
        ? ''
        : `; nobody will send the SIGKILL that was to come after ${formatDuration(kill.atMs)}`;
    return {
      outcome: 'running',
      message: `no longer waiting: ${inWords} was sent ${last} and is still there${rest}`,
    };
  }
  return {
    outcome: 'running',
    message: `${inWords} is still there after SIGKILL: the kernel holds it, most often for a disk or a network file system (state D)`,
  };
}
