import type { Clock, Logger } from '@quiesce/core';
import { every } from './every.js';
import type { NotifySender } from './notify-sender.js';

/** What the pulse needs. */
export interface WatchdogPulseOptions {
  readonly watchdogMs: number;
  readonly isHealthy: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Tells the service manager that the service is alive, twice as often as it wants to hear it, as
 * sd_watchdog_enabled(3) advises. A blocked event loop says nothing by itself; `isHealthy` can keep it silent too.
 */
export function startWatchdogPulse(sender: NotifySender, options: WatchdogPulseOptions): () => void {
  const { watchdogMs, isHealthy, clock, logger } = options;
  let wasHealthy = true;
  const beat = (): void => {
    const now = isHealthyNow(isHealthy);
    if (now === true) sender.send({ watchdog: true });
    else if (wasHealthy) logger.warn({ err: now }, 'not healthy: the service manager is not told otherwise');
    wasHealthy = now === true;
  };
  beat();
  return every(clock, watchdogMs / 2, beat);
}

/** A check that throws has not found it healthy. */
function isHealthyNow(isHealthy: () => boolean): unknown {
  try {
    return isHealthy();
  } catch (error) {
    return error;
  }
}
