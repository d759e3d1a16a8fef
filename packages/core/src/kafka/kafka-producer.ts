import { unlessAborted } from '../consumers/unless-aborted.js';
import type { Component, StopContext } from '../contract/component.js';
import { checkObject, checkText } from '../options/checks.js';
import type { KafkaProducer } from './client.js';

/**
 * How long one flush may take at most, in milliseconds. `@confluentinc/kafka-javascript` blocks a thread of libuv's pool for
 * so long, and `process.exit` waits for these threads.
 */
const flushMs = 250;
/** `ERR__TIMED_OUT` of librdkafka, rdkafka.h. */
const timedOut = -185;

/**
 * Makes a component of a producer: connected when the service starts, flushed and closed after all that depends on it. What
 * the broker has not taken when the time is over is not waited for, and the failed release says so.
 * @throws OptionsError
 */
export function kafkaProducer(
  producer: KafkaProducer,
  { name = 'kafka-producer' }: { readonly name?: string } = {},
): Component {
  checkObject('producer', producer);
  checkText('name', name);
  const end = async (): Promise<unknown> => ('close' in producer ? producer.close() : producer.disconnect());
  return {
    name,
    async start() {
      if ('connect' in producer) await producer.connect();
    },
    async release(stop) {
      try {
        // What is not flushed in time stays connected: it would be flushed once more, for five seconds, in the end's way.
        if (!(await flush(producer, stop))) return;
      } catch (error) {
        if (!isTimeout(error)) end().catch(() => undefined);
        throw error;
      }
      await unlessAborted(stop.signal, end());
    },
  };
}

/** Whether all was flushed before the hook was aborted; rejects when it was not at the deadline. */
async function flush(producer: KafkaProducer, { signal, deadline }: StopContext): Promise<boolean> {
  if (producer.flush === undefined) return true;
  while (!signal.aborted) {
    const remainingMs = Math.floor(deadline.remainingMs());
    try {
      return await unlessAborted(signal, producer.flush({ timeout: Math.min(flushMs, remainingMs) }));
    } catch (error) {
      if (remainingMs <= flushMs || !isTimeout(error)) throw error;
    }
  }
  return false;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === timedOut;
}
