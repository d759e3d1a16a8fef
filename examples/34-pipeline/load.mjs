import { setTimeout as delay } from 'node:timers/promises';

const clients = 8;

/**
 * Orders all the time, over so many clients at once, each order once.
 * @param {() => number | undefined} findPort
 */
export function startLoad(findPort) {
  const load = {
    /** @type {string[]} answered with 202 */
    accepted: [],
    /** nobody listened, or 503 */
    refused: 0,
    /** no answer came: whether it was carried out is not known */
    failed: 0,
    /** @returns {Promise<unknown>} */
    stop: async () => undefined,
  };
  const stopping = new AbortController();
  const all = Promise.all(Array.from({ length: clients }, (_, index) => order(`${index}-${Date.now()}`)));
  load.stop = () => {
    stopping.abort();
    return all;
  };
  return load;

  /** @param {string} prefix */
  async function order(prefix) {
    for (let count = 0; !stopping.signal.aborted; count += 1) {
      const id = `${prefix}-${count}`;
      try {
        const { status } = await fetch(`http://127.0.0.1:${findPort()}/${id}`, { method: 'POST' });
        if (status === 202) load.accepted.push(id);
        else load.refused += 1;
      } catch (error) {
        if (isRefusal(error)) load.refused += 1;
        else load.failed += 1;
        await delay(5);
      }
    }
  }
}

/** @param {unknown} error */
function isRefusal(error) {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
