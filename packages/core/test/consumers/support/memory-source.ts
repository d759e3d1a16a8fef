import type { Component } from '@quiesce/core';
import { Backlog } from '../../../src/consumers/backlog.js';
import { createConsumerComponent } from '../../../src/consumers/consumer-component.js';
import { Consumption } from '../../../src/consumers/consumption.js';
import {
  type ConsumerOptions,
  type MessageHandler,
  resolveConsumerOptions,
} from '../../../src/consumers/options.js';
import type { Source } from '../../../src/consumers/source.js';

/** A consumer whose broker is a list: what it was told, in order. */
export interface MemoryConsumer {
  readonly component: Component;
  readonly consumption: Consumption<string>;
  readonly backlog: Backlog<string>;
  /** `open`, `done a`, `not-started b`, `cut c`, `failed d`, `alive e`, `close`, `release`. */
  readonly told: string[];
  readonly errors: unknown[];
}

export interface MemoryConsumerOptions extends ConsumerOptions {
  readonly concurrency?: number;
  readonly source?: Partial<Source<string>>;
}

/** Creates one. */
export function createMemoryConsumer(
  handler: MessageHandler<string>,
  { concurrency = 2, source = {}, ...options }: MemoryConsumerOptions = {},
): MemoryConsumer {
  const told: string[] = [];
  const errors: unknown[] = [];
  const tell = (what: string): void => void told.push(what);
  const resolved = resolveConsumerOptions({ onError: (error) => errors.push(error), ...options }, 'memory');
  const whole: Source<string> = {
    nameOf: (message) => message,
    open: () => tell('open'),
    close: () => {
      tell('close');
      return backlog.giveBack();
    },
    done: (message) => tell(`done ${message}`),
    giveBack: (message, why) => tell(`${why} ${message}`),
    keepAlive: (message) => tell(`alive ${message}`),
    keepAliveMs: 1_000,
    release: () => tell('release'),
    ...source,
  };
  const consumption = new Consumption(whole, resolved);
  const backlog = new Backlog(consumption, handler, { ...resolved, concurrency });
  return {
    component: createConsumerComponent('memory', whole, consumption),
    consumption,
    backlog,
    told,
    errors,
  };
}
