import { OrderLog } from './order-log.mjs';

/**
 * The order log as a component: opened first, and when the service stops, flushed after the last request has been
 * answered, then closed.
 * @param {string} path
 * @param {{ flushEveryMs?: number }} [options]
 */
export function createOrderStore(path, { flushEveryMs = 10_000 } = {}) {
  /** @type {OrderLog | undefined} */
  let log;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;

  /** @satisfies {import('@quiesce/core').Component} */
  const component = {
    name: 'order-log',
    async start() {
      const opened = await OrderLog.open(path);
      timer = setInterval(() => void opened.flush().catch(reportFailure), flushEveryMs);
      log = opened;
    },
    /** @param {import('@quiesce/core').StopContext} stop */
    async persist(stop) {
      clearInterval(timer);
      const count = log?.unsynced ?? 0;
      stop.progress({ message: 'syncing orders', remaining: count });
      await log?.flush();
      stop.note({ code: 'orders-synced', message: `${count} orders were written and synced`, count });
    },
    async release() {
      await log?.close();
    },
  };
  return {
    component,
    get log() {
      if (log === undefined) throw new Error('the order log is not open yet');
      return log;
    },
  };
}

/** @param {unknown} error */
function reportFailure(error) {
  console.error('the order log could not be flushed:', error);
}
