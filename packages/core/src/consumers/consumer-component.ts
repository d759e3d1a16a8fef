import type { Component, StopContext } from '../contract/component.js';
import type { Consumption } from './consumption.js';
import type { Source } from './source.js';
import { unlessAborted } from './unless-aborted.js';

/**
 * The hooks of every consumer.
 *
 * ```
 *  start      the source is opened
 *  refuse     the source is asked for no more; what was fetched and not started is given back at once
 *  drain      what is in flight ends and is acknowledged, kept alive meanwhile
 *  (cut)      what is left is aborted, named and given back: none of it is acknowledged any more
 *  release    the source is closed
 * ```
 */
export function createConsumerComponent<Message>(
  name: string,
  source: Source<Message>,
  consumption: Consumption<Message>,
): Component {
  let closed: Promise<void> | undefined;
  let left: Promise<void> | undefined;
  const { begin, account } = createAccount(consumption);

  const close = (stop: StopContext): Promise<void> => {
    begin(stop);
    if (source.handlesRest !== true) consumption.refuse();
    closed ??= (async () => source.close(stop))();
    return closed;
  };
  const leave = (): Promise<void> => {
    left ??= (async () => source.leave?.())();
    return left;
  };
  return {
    name,
    async start(context) {
      await source.open?.(context);
      consumption.keepAlive();
    },
    async refuse(stop) {
      await unlessAborted(stop.signal, close(stop));
      const count = consumption.notStarted;
      if (count === 0) return;
      const message = `${count} messages that were fetched and not started were given back`;
      stop.note({ code: 'given-back', message, count });
    },
    async drain(stop) {
      const isClosed = await unlessAborted(stop.signal, close(stop));
      if (isClosed && source.finish !== undefined) await unlessAborted(stop.signal, source.finish());
      else if (isClosed) await consumption.empty(stop);
      account(stop);
      if (!stop.signal.aborted) await unlessAborted(stop.signal, leave());
    },
    async release(stop) {
      begin(stop);
      account(stop);
      await leave();
      await source.release?.(stop);
    },
    pending: () => consumption.size,
  };
}

/** Accounts for the work of a stop. */
function createAccount<Message>(consumption: Consumption<Message>): {
  /** What every hook does first, because any of them may be the first. */
  begin(stop: StopContext): void;
  /** Cuts what is left, and says what became of all. */
  account(stop: StopContext): void;
} {
  let endedBefore: number | undefined;
  let notAcknowledgedBefore = 0;
  const account = (stop: StopContext): void => {
    const completed = consumption.ended - (endedBefore ?? consumption.ended);
    endedBefore = consumption.ended;
    const cut = consumption.cut();
    if (completed > 0 || cut.length > 0) stop.account({ completed, cut });
    const count = consumption.notAcknowledged - notAcknowledgedBefore;
    notAcknowledgedBefore += count;
    if (count === 0) return;
    const message = `${count} messages were done and could not be acknowledged: they are delivered again`;
    stop.note({ code: 'not-acknowledged', message, count });
  };
  const begin = (stop: StopContext): void => {
    if (endedBefore !== undefined) return;
    endedBefore = consumption.ended;
    notAcknowledgedBefore = consumption.notAcknowledged;
    stop.cut.addEventListener('abort', () => account(stop));
    if (stop.cut.aborted) account(stop);
  };
  return { begin, account };
}
