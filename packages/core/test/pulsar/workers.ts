import type { Component } from '@quiesce/core';
import { pulsarConsumer } from '@quiesce/core/pulsar';
import { createGate, type Gate } from '../support/test-lifecycle.js';
import {
  type BrokerConsumer,
  type BrokerMessage,
  produce,
  type SubscribeOptions,
  subscribe,
} from './websocket-client.js';

/** A consumer with its component, and the texts of the messages that it has taken up and has done. */
export interface Worker {
  readonly component: Component;
  readonly consumer: BrokerConsumer;
  readonly begun: readonly string[];
  readonly done: readonly string[];
  /** What went wrong. */
  readonly errors: readonly string[];
  /** Messages that are held end when it opens. */
  readonly gate: Gate;
  /** Resolves when the first one is held. */
  readonly holding: Promise<void>;
  /** Resolves when so many were taken up, or were done. */
  untilBegun(count: number): Promise<void>;
  untilDone(count: number): Promise<void>;
}

/** Options of {@link createWorker}. */
export interface WorkerOptions extends SubscribeOptions {
  readonly concurrency?: number;
  /** Which messages are held until the gate opens. @default none */
  readonly holds?: (message: BrokerMessage) => boolean;
  /** Does the work of a message. @default nothing */
  readonly handle?: (message: BrokerMessage, signal: AbortSignal) => unknown;
}

/** Subscribes, and makes a component that writes down what it does. It is not started yet. */
export async function createWorker(url: string, options: WorkerOptions): Promise<Worker> {
  const { concurrency = 1, holds = () => false, handle } = options;
  const consumer = await subscribeWhenFree(url, options);
  const gate = createGate();
  const holding = createGate();
  const begun = createTally();
  const done = createTally();
  const errors: string[] = [];
  const component = pulsarConsumer(
    consumer,
    async (message, { signal }) => {
      begun.add(message.text);
      if (holds(message)) {
        holding.open();
        await gate.passed;
      }
      await handle?.(message, signal);
      done.add(message.text);
    },
    { concurrency, onError: (error) => errors.push(String(error)) },
  );
  return {
    component,
    consumer,
    begun: begun.texts,
    done: done.texts,
    errors,
    gate,
    holding: holding.passed,
    untilBegun: (count) => begun.reaches(count),
    untilDone: (count) => done.reaches(count),
  };
}

/** The broker closes an exclusive consumer a moment after its connection has gone, and answers 409 until then. */
async function subscribeWhenFree(url: string, options: SubscribeOptions): Promise<BrokerConsumer> {
  for (;;) {
    try {
      return await subscribe(url, options);
    } catch (error) {
      if (!String(error).includes('409')) throw error;
    }
  }
}

/** Publishes messages with these texts, one after the other, each with what stands before its dot as its key. */
export async function publish(url: string, topic: string, texts: readonly string[]): Promise<void> {
  const producer = await produce(url, topic);
  await Promise.all(texts.map((text) => producer.send(text, text.split('.')[0])));
  await producer.close();
}

/** What nobody has acknowledged, in the order in which it is delivered to a consumer that comes last. */
export async function readRest(url: string, topic: string): Promise<readonly string[]> {
  const consumer = await subscribe(url, { topic, type: 'Shared' });
  await publish(url, topic, ['end']);
  const texts: string[] = [];
  for (;;) {
    const message = await consumer.receive();
    await consumer.acknowledge(message);
    if (message.text === 'end') break;
    texts.push(message.text);
  }
  await consumer.close();
  return texts;
}

/** The texts `<key>.0`, `<key>.1`, … */
export function textsOf(count: number, key = 'm'): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${key}.${index}`);
}

interface Tally {
  readonly texts: readonly string[];
  add(text: string): void;
  reaches(count: number): Promise<void>;
}

function createTally(): Tally {
  const texts: string[] = [];
  const waiting = new Set<{ readonly count: number; readonly gate: Gate }>();
  return {
    texts,
    add(text) {
      texts.push(text);
      for (const { count, gate } of waiting) if (texts.length >= count) gate.open();
    },
    async reaches(count) {
      if (texts.length >= count) return;
      const gate = createGate();
      waiting.add({ count, gate });
      await gate.passed;
    },
  };
}
