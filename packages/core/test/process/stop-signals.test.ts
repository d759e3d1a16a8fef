import { describe, expect, it } from 'vitest';
import { createTestLifecycle, never } from '../support/test-lifecycle.js';

async function stoppingService(options: Parameters<typeof createTestLifecycle>[0] = {}) {
  const test = createTestLifecycle(options);
  test.lifecycle.add(test.recorder('web', { drain: never, persist: never }));
  await test.lifecycle.start();
  const mode = (): string | undefined => test.lifecycle.status().stop?.mode;
  const effects = (): string[] =>
    test.events.flatMap((event) => (event.type === 'signal' ? [event.effect] : []));
  return { ...test, mode, effects };
}

describe('stop signals', () => {
  it('start a stop in the mode they are mapped to', async () => {
    const { signals, lifecycle, clock } = await stoppingService({ signals: { SIGUSR2: 'lame-duck' } });
    expect(signals.listenedTo).toEqual(['SIGUSR2']);
    signals.send('SIGUSR2');
    await clock.settle();
    expect(lifecycle.status().stop).toMatchObject({ mode: 'lame-duck', reason: 'signal:SIGUSR2' });
  });

  it('within the debounce time of the first are one press, whichever they are', async () => {
    const { signals, clock, mode, effects } = await stoppingService();
    signals.send('SIGINT');
    signals.send('SIGINT');
    await clock.advance(5);
    signals.send('SIGTERM');
    await clock.advance(494);
    signals.send('SIGINT');
    expect(mode()).toBe('graceful');
    expect(effects()).toEqual(['stop', 'same-press', 'same-press', 'same-press']);
  });

  it('climb one rung a press after that, although each press is delivered twice', async () => {
    const { signals, clock, mode, effects } = await stoppingService();
    const press = (): void => {
      signals.send('SIGINT');
      signals.send('SIGINT');
    };
    press();
    await clock.advance(500);
    press();
    expect(mode()).toBe('last-ditch');
    await clock.advance(500);
    press();
    expect(mode()).toBe('force');
    expect(effects()).toEqual(['stop', 'same-press', 'climb', 'same-press', 'climb', 'same-press']);
  });

  it('that are mapped to a stronger mode climb at once', async () => {
    const { signals, mode, clock } = await stoppingService({
      signals: { SIGTERM: 'graceful', SIGQUIT: 'last-ditch' },
    });
    signals.send('SIGTERM');
    await clock.settle();
    signals.send('SIGQUIT');
    expect(mode()).toBe('last-ditch');
  });

  it('join a stop that something else has asked for, and climb with the next press', async () => {
    const { signals, lifecycle, clock, mode, effects } = await stoppingService();
    void lifecycle.shutdown({ reason: 'deploy' });
    await clock.advance(1_000);
    signals.send('SIGTERM');
    expect(mode()).toBe('graceful');
    await clock.advance(600);
    signals.send('SIGTERM');
    expect(mode()).toBe('last-ditch');
    expect(effects()).toEqual(['joined', 'climb']);
  });

  it('are not listened to before start, with signals: false, or after the stop', async () => {
    const { lifecycle, signals } = createTestLifecycle();
    expect(signals.listenedTo).toEqual([]);
    await lifecycle.start();
    expect(signals.listenedTo).toEqual(['SIGTERM', 'SIGINT']);
    await lifecycle.shutdown();
    expect(signals.listenedTo).toEqual([]);

    const quiet = createTestLifecycle({ signals: false });
    await quiet.lifecycle.start();
    expect(quiet.signals.listenedTo).toEqual([]);
  });
});
