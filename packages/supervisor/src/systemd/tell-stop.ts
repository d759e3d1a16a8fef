import type { Clock, Stoppable } from '@quiesce/core';
import { every } from './every.js';
import { type ExtensionRule, resolveExtension } from './extension.js';
import type { NotifySender } from './notify-sender.js';
import { toStatusLine } from './status-line.js';
import { watchStopProgress } from './stop-progress.js';

/** How often it is looked whether there is anything to tell, in milliseconds; `systemctl status` is for people. */
const longestTickMs = 1_000;

/** A message must arrive well before the extension that it follows is over. */
const ticksBeforeStall = 4;

/** Tells the service manager of a stop that has just begun, for as long as it runs. */
export function tellStop(
  stoppable: Stoppable,
  sender: NotifySender,
  { clock, rule }: { readonly clock: Clock; readonly rule: ExtensionRule },
): () => void {
  const progress = watchStopProgress(stoppable, clock);
  let extendedUntilMs: number | undefined;
  let shown: string | undefined;

  /** One message has it all: a stop that ends at once needs no second one. */
  const tell = (isFirst: boolean): void => {
    const status = stoppable.status();
    const nowMs = clock.now();
    const extension = resolveExtension(
      {
        nowMs,
        deadlineMs: nowMs + (status.stop?.remainingMs ?? 0),
        progressMs: progress.lastMs(),
        ...(extendedUntilMs === undefined ? {} : { extendedUntilMs }),
      },
      rule,
    );
    extendedUntilMs = extension?.untilMs ?? extendedUntilMs;
    const line = toStatusLine(status);
    if (extension === undefined && line === shown && !isFirst) return;
    shown = line;
    sender.send({
      status: line,
      ...(isFirst ? { stopping: true } : {}),
      ...(extension === undefined ? {} : { extendTimeoutMs: extension.forMs }),
    });
  };

  tell(true);
  const stopTicking = every(clock, Math.min(longestTickMs, rule.stallMs / ticksBeforeStall), () =>
    tell(false),
  );
  return () => {
    stopTicking();
    progress.close();
  };
}
