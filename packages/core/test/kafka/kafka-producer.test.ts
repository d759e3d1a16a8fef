import { type KafkaProducer, kafkaProducer } from '@quiesce/core/kafka';
import { createManualStop } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';

/** `ERR__TIMED_OUT` of librdkafka, as the client of Confluent has it. */
const timeOut = Object.assign(new Error('timed out'), { code: -185 });

/** A producer whose flushes go as they are told to, and what was asked of it. */
function createProducer(flushes: readonly (() => Promise<void>)[]): {
  readonly producer: KafkaProducer;
  readonly calls: string[];
} {
  const calls: string[] = [];
  let turn = 0;
  const producer = {
    async connect() {},
    flush({ timeout = 0 } = {}) {
      calls.push(`flush ${timeout}`);
      turn += 1;
      return flushes[turn - 1]?.() ?? Promise.reject(new Error('one flush too many'));
    },
    async disconnect() {
      calls.push('disconnect');
    },
  };
  return { producer, calls };
}

describe('the release of a Kafka producer that can be flushed', () => {
  it('flushes in short turns until all is flushed, because each holds a thread that an exit waits for', async () => {
    const late = (): Promise<void> => Promise.reject(timeOut);
    const { producer, calls } = createProducer([late, late, async () => {}]);
    await createManualStop().call(kafkaProducer(producer), 'release');
    expect(calls).toEqual(['flush 250', 'flush 250', 'flush 250', 'disconnect']);
  });

  it('neither flushes again nor disconnects when it is aborted: both would hold the exit', async () => {
    const stop = createManualStop();
    const { producer, calls } = createProducer([
      () => {
        stop.abort('release');
        return Promise.reject(timeOut);
      },
    ]);
    await stop.call(kafkaProducer(producer), 'release').catch(() => undefined);
    expect(calls).toEqual(['flush 250']);
  });

  it('disconnects a producer that cannot be flushed at all, and says why it could not', async () => {
    const { producer, calls } = createProducer([() => Promise.reject(new Error('not connected'))]);
    const released = createManualStop().call(kafkaProducer(producer), 'release');
    await expect(released).rejects.toThrow('not connected');
    expect(calls).toEqual(['flush 250', 'disconnect']);
  });
});
