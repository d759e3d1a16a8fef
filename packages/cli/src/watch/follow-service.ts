import type { ControlClient } from '@quiesce/control/client';
import type { Clock } from '@quiesce/core';
import type { CommandContext } from '../command/command-context.js';
import { CommandError } from '../command/command-error.js';
import { exitCodes } from '../command/exit-codes.js';
import { openTarget } from '../target/open-target.js';
import type { Target } from '../target/select-target.js';
import { toCommandError } from '../target/to-command-error.js';
import type { WatchView } from './watch-view.js';

/** How long after the end of a connection the next one is tried, in milliseconds: at first, and at most. */
const firstRetryMs = 100;
const longestRetryMs = 2_000;
/** How often the service is looked at for what no event tells, in milliseconds. */
const lookMs = 500;

/**
 * Follows a service, and the next one under the same name, until `interrupt`.
 * @throws CommandError when it may not be watched, or nobody can be meant
 */
export async function followService(
  target: Target,
  view: WatchView,
  context: CommandContext,
  interrupt: AbortSignal,
): Promise<void> {
  let retryMs = firstRetryMs;
  while (!interrupt.aborted) {
    const end = await followOnce(target, view, context, interrupt);
    if (interrupt.aborted) return;
    view.take({ type: 'lost', why: end.why });
    retryMs = end.wasThere ? firstRetryMs : Math.min(retryMs * 2, longestRetryMs);
    await pause(context.clock, retryMs, interrupt);
  }
}

/** Follows one process until it ends; says whether it was there, and why it is not any more. */
async function followOnce(
  target: Target,
  view: WatchView,
  context: CommandContext,
  interrupt: AbortSignal,
): Promise<{ readonly wasThere: boolean; readonly why: string }> {
  let wasThere = false;
  let stopLooking = (): void => {};
  try {
    const client = await openTarget(target, context);
    for await (const event of client.events({ signal: interrupt })) {
      if (!wasThere && view.wantsLooks) stopLooking = keepLooking(client, view, context.clock);
      wasThere = true;
      view.take(event);
    }
    return { wasThere, why: 'its stop is over' };
  } catch (error) {
    const known = interrupt.aborted ? undefined : toCommandError(error);
    if (known === undefined) return { wasThere, why: '' };
    if (!(known instanceof CommandError) || isFinal(known)) throw known;
    return { wasThere, why: known.message };
  } finally {
    stopLooking();
  }
}

/** What will not be otherwise when it is tried again. */
function isFinal({ exitCode, cause }: CommandError): boolean {
  if (exitCode === exitCodes.notAllowed) return true;
  // A problem that the endpoint answers with passes: too many streams, too many requests.
  return exitCode === exitCodes.failed && cause === undefined;
}

/** Looks at the service again and again; returns what ends it. */
function keepLooking(client: ControlClient, view: WatchView, clock: Clock): () => void {
  let isOver = false;
  let timer = clock.setTimer(look, lookMs);
  function look(): void {
    void client
      .status()
      .then((status) => {
        if (!isOver) view.take({ type: 'status', status });
      })
      // That nobody answers is told by the end of the stream.
      .catch(() => {})
      .finally(() => {
        if (!isOver) timer = clock.setTimer(look, lookMs);
      });
  }
  return () => {
    isOver = true;
    timer.cancel();
  };
}

function pause(clock: Clock, ms: number, interrupt: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      interrupt.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(end, ms);
    interrupt.addEventListener('abort', end, { once: true });
  });
}
