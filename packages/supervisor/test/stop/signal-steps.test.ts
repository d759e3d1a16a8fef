import { createManualClock, type ManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import type { StopStep } from '../../src/profiles/stop-profile.js';
import { createSignalSteps, type SignalSteps, type StepWait } from '../../src/stop/signal-steps.js';
import { createDeadline } from '../support/deadline.js';

interface Stop {
  readonly clock: ManualClock;
  readonly steps: SignalSteps;
  readonly sent: readonly (readonly [NodeJS.Signals, number])[];
  end(): void;
  readonly phase: AbortController;
  /** Follows the steps; says when that was over. */
  follow(ms: number, more?: Partial<StepWait>): Promise<number>;
}

function createStop(): Stop {
  const clock = createManualClock();
  const begunMs = clock.now();
  const sent: (readonly [NodeJS.Signals, number])[] = [];
  const phase = new AbortController();
  let isGone = false;
  let end = (): void => {};
  const exited = new Promise<void>((resolve) => {
    end = () => {
      isGone = true;
      resolve();
    };
  });
  const steps = createSignalSteps({
    clock,
    exited,
    isGone: () => isGone,
    stopBegunMs: () => begunMs,
    send(signal) {
      sent.push([signal, clock.now() - begunMs]);
      return 'process';
    },
  });
  return {
    clock,
    steps,
    sent,
    end,
    phase,
    async follow(ms, more = {}) {
      await steps.follow({ deadline: createDeadline(clock, ms), signal: phase.signal, ...more });
      return clock.now() - begunMs;
    },
  };
}

const one: readonly StopStep[] = [{ signal: 'SIGTERM' }];
const lameDuck: readonly StopStep[] = [
  { signal: 'SIGUSR2', share: 4, until: 'connections-gone' },
  { signal: 'SIGINT' },
];

describe('the signals of a stop', () => {
  it('give each step its share of the time, and the last one all that is left', async () => {
    const { clock, steps, sent, follow, end } = createStop();
    steps.begin([...lameDuck, { signal: 'SIGQUIT', share: 5 }]);
    const over = follow(1_000);
    await clock.advance(5_000);
    expect(sent).toEqual([
      ['SIGUSR2', 0],
      ['SIGINT', 400],
      ['SIGQUIT', 500],
    ]);
    end();
    expect(await over).toBe(5_000);
    expect(steps.records.map(({ outcome, durationMs }) => [outcome, durationMs])).toEqual([
      ['time', 400],
      ['time', 100],
      ['ended', 4_500],
    ]);
  });

  it('are over as soon as the command has ended', async () => {
    const { clock, steps, sent, follow, end } = createStop();
    steps.begin(lameDuck);
    const over = follow(1_000);
    await clock.advance(300);
    end();
    expect(await over).toBe(300);
    await clock.advance(5_000);
    expect(sent).toEqual([['SIGUSR2', 0]]);
    expect(steps.records).toMatchObject([{ signal: 'SIGUSR2', atMs: 0, durationMs: 300, outcome: 'ended' }]);
  });

  it('go on when the connections are gone, but never within 25 ms of the signal before', async () => {
    const { clock, steps, sent, follow, end } = createStop();
    steps.begin(lameDuck);
    const over = follow(10_000, { connectionsGone: Promise.resolve() });
    await clock.advance(24);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent).toEqual([
      ['SIGUSR2', 0],
      ['SIGINT', 25],
    ]);
    end();
    await over;
    expect(steps.records.map(({ outcome }) => outcome)).toEqual(['connections-gone', 'ended']);
  });

  it('do not go on for connections in a step that does not wait for them', async () => {
    const { clock, steps, sent, follow, end } = createStop();
    steps.begin([{ signal: 'SIGTERM' }, { signal: 'SIGINT' }]);
    const over = follow(1_000, { connectionsGone: Promise.resolve() });
    await clock.advance(499);
    expect(sent).toHaveLength(1);
    end();
    await over;
  });

  it('go on at once when they are hurried, and not past the last', async () => {
    const { clock, steps, sent, follow, end } = createStop();
    const hurry = new AbortController();
    steps.begin(lameDuck);
    const over = follow(10_000, { hurry: hurry.signal });
    await clock.advance(1_000);
    hurry.abort();
    await clock.settle();
    expect(sent).toEqual([
      ['SIGUSR2', 0],
      ['SIGINT', 1_000],
    ]);
    await clock.advance(60_000);
    expect(sent).toHaveLength(2);
    end();
    await over;
    expect(steps.records.map(({ outcome }) => outcome)).toEqual(['hurried', 'ended']);
  });

  it('are not hurried on by the climb that ends them', async () => {
    const { steps, sent, follow, phase } = createStop();
    const hurry = new AbortController();
    steps.begin([{ signal: 'SIGTERM' }, { signal: 'SIGINT' }]);
    const over = follow(10_000, { hurry: hurry.signal });
    await new Promise((resolve) => setImmediate(resolve));
    hurry.abort();
    phase.abort();
    await over;
    expect(sent).toEqual([['SIGTERM', 0]]);
    expect(steps.records.map(({ outcome }) => outcome)).toEqual(['climb']);
  });

  it('end with their phase, and those of the next mode are not sent twice', async () => {
    const { clock, steps, sent, follow, phase, end } = createStop();
    steps.begin(one);
    const cut = follow(1_000);
    await clock.advance(1_000);
    phase.abort();
    expect(await cut).toBe(1_000);
    steps.begin([{ signal: 'SIGTERM' }, { signal: 'SIGQUIT' }]);
    expect(sent).toEqual([
      ['SIGTERM', 0],
      ['SIGQUIT', 1_000],
    ]);
    end();
  });

  it('are sent to nobody who is gone', () => {
    const { steps, sent, end } = createStop();
    end();
    steps.begin(one);
    expect(sent).toEqual([]);
    expect(steps.sent.size).toBe(0);
  });

  it('have SIGKILL on record when it was the last', () => {
    const { steps } = createStop();
    steps.begin(one);
    steps.sendNow('SIGKILL');
    expect(steps.records.map(({ signal, outcome }) => [signal, outcome])).toEqual([
      ['SIGTERM', 'climb'],
      ['SIGKILL', 'climb'],
    ]);
  });
});
