import { describe, expect, it } from 'vitest';
import { createTestLifecycle } from '../support/test-lifecycle.js';

describe('events', () => {
  it('tell the whole life in order', async () => {
    const test = createTestLifecycle();
    const { lifecycle, clock, events, signals } = test;
    lifecycle.add(
      test.recorder('web', { drain: (stop) => stop.progress({ message: 'nearly', remaining: 1 }) }),
    );
    await lifecycle.start();
    signals.send('SIGTERM');
    await clock.settle();
    const told = events.map((event) => {
      if (event.type === 'state') return `state ${event.state}`;
      if (event.type === 'component') return `web ${event.state}`;
      if (event.type === 'phase-start' || event.type === 'phase-end') return `${event.type} ${event.phase}`;
      return event.type;
    });
    expect(told.slice(0, 9)).toEqual([
      'state starting',
      'web starting',
      'web started',
      'state running',
      'state stopping',
      'stop',
      'signal',
      'phase-start announce',
      'hook-start',
    ]);
    expect(told.filter((name) => name === 'progress')).toHaveLength(1);
    expect(told.slice(-3)).toEqual(['phase-end exit', 'state stopped', 'report']);
  });

  it('come one by one to whoever iterates, and the iteration ends after the report', async () => {
    const { lifecycle } = createTestLifecycle();
    const all = lifecycle.events();
    const some = lifecycle.events();
    await lifecycle.start();
    void lifecycle.shutdown();
    const types: string[] = [];
    for await (const event of all) types.push(event.type);
    expect(types.at(0)).toBe('state');
    expect(types.at(-1)).toBe('report');
    for await (const event of some) {
      expect(event.type).toBe('state');
      break;
    }
    expect(await some.next()).toEqual({ done: true, value: undefined });
  });

  it('reach all listeners although one of them throws, until they are taken off', async () => {
    const errors: string[] = [];
    const logger = {
      info: () => {},
      warn: () => {},
      error: (_fields: object, message: string) => void errors.push(message),
    };
    const { lifecycle } = createTestLifecycle({ logger });
    const heard: string[] = [];
    lifecycle.on('state', () => {
      throw new Error('a listener of mine');
    });
    const off = lifecycle.on('state', ({ state }) => heard.push(state));
    await lifecycle.start();
    off();
    await lifecycle.shutdown();
    expect(heard).toEqual(['starting', 'running']);
    expect(errors[0]).toBe('a listener for "state" threw: Error: a listener of mine');
  });
});
