import type { Clock, Deadline } from '@quiesce/core';
import type { StopStep } from '../profiles/stop-profile.js';
import { roundMs, type StepRecord } from './step-record.js';

/** What steps act on. */
export interface StepPorts {
  readonly clock: Clock;
  /** The end of the command. */
  readonly exited: Promise<unknown>;
  isGone(): boolean;
  /** Sends a signal and says to whom. */
  send(signal: NodeJS.Signals): StepRecord['to'];
  /** When the stop was asked for, in milliseconds of the clock. */
  stopBegunMs(): number;
}

/** What ends a step before its time, beside the end of the command. */
export interface StepWait {
  /** The end of all steps of the mode together. */
  readonly deadline: Deadline;
  /** Aborts when the steps of this mode are over: a stronger one goes on. */
  readonly signal: AbortSignal;
  /** Aborts when the next step is to come at once, if there is one. */
  readonly hurry?: AbortSignal | undefined;
  /** Resolves when the condition that a step may wait for holds. */
  readonly connectionsGone?: Promise<void> | undefined;
}

/** The signals of one stop, in the order they were sent. */
export interface SignalSteps {
  readonly records: readonly StepRecord[];
  /** Which signals were sent so far. */
  readonly sent: ReadonlySet<NodeJS.Signals>;
  /** Sends the first of these steps; the others follow in `follow`. Steps whose signal was sent before are left out. */
  begin(steps: readonly StopStep[]): void;
  /** Resolves when the command has ended, or the steps are over by `wait.signal`. */
  follow(wait: StepWait): Promise<void>;
  /** Sends one signal more that is no step of a mode. */
  sendNow(signal: NodeJS.Signals): void;
}

/** Two signals need some distance, or the second may overtake the first: see the profile of nats-server. */
const leastGapMs = 25;

/** Creates the steps of a stop in which none was taken. */
export function createSignalSteps(ports: StepPorts): SignalSteps {
  const { clock } = ports;
  const records: StepRecord[] = [];
  const sent = new Set<NodeJS.Signals>();
  let left: readonly StopStep[] = [];
  let current:
    | { readonly step: StopStep; readonly begunMs: number; readonly to: StepRecord['to'] }
    | undefined;

  const send = (step: StopStep): void => {
    sent.add(step.signal);
    current = { step, begunMs: clock.now(), to: ports.send(step.signal) };
  };
  const close = (outcome: StepRecord['outcome']): void => {
    if (current === undefined) return;
    const { step, begunMs, to } = current;
    records.push({
      signal: step.signal,
      to,
      atMs: roundMs(begunMs - ports.stopBegunMs()),
      durationMs: roundMs(clock.now() - begunMs),
      outcome,
    });
    current = undefined;
  };

  return {
    records,
    sent,
    begin(steps) {
      close('climb');
      const [first, ...others] = steps.filter(({ signal }) => !sent.has(signal));
      left = others;
      if (first !== undefined && !ports.isGone()) send(first);
    },
    async follow(wait) {
      for (;;) {
        const reached = await waitForStep(current, left, wait, ports);
        // What hurries a step may be the very climb that ends all of them, a moment later.
        const outcome = reached !== 'ended' && wait.signal.aborted ? 'climb' : reached;
        close(outcome);
        const [next, ...others] = left;
        if (outcome === 'ended' || outcome === 'climb' || next === undefined) return;
        left = others;
        send(next);
      }
    },
    sendNow(signal) {
      close(ports.isGone() ? 'ended' : 'climb');
      send({ signal });
      close('climb');
    },
  };
}

/** Waits until a step is over: the last one only when the command has ended, or a stronger mode goes on. */
function waitForStep(
  current: { readonly step: StopStep; readonly begunMs: number } | undefined,
  left: readonly StopStep[],
  { deadline, signal, hurry, connectionsGone }: StepWait,
  { clock, exited }: StepPorts,
): Promise<StepRecord['outcome']> {
  return new Promise((resolve) => {
    const timers = new Set<{ cancel(): void }>();
    const after = (ms: number, outcome: StepRecord['outcome']): void =>
      void timers.add(clock.setTimer(() => end(outcome), ms));
    const climb = (): void => end('climb');
    const soon = (outcome: StepRecord['outcome']): void => {
      const gapLeftMs = current === undefined ? 0 : current.begunMs + leastGapMs - clock.now();
      if (gapLeftMs > 0) after(gapLeftMs, outcome);
      else end(outcome);
    };
    const hurried = (): void => soon('hurried');
    const end = (outcome: StepRecord['outcome']): void => {
      for (const timer of timers) timer.cancel();
      signal.removeEventListener('abort', climb);
      hurry?.removeEventListener('abort', hurried);
      resolve(outcome);
    };
    void exited.then(() => end('ended'));
    signal.addEventListener('abort', climb, { once: true });
    if (signal.aborted) climb();
    if (left.length === 0) return;
    const share = current?.step.share ?? 1;
    const all = left.reduce((total, step) => total + (step.share ?? 1), share);
    after(Math.max(leastGapMs, (deadline.remainingMs() * share) / all), 'time');
    hurry?.addEventListener('abort', hurried, { once: true });
    if (hurry?.aborted === true) hurried();
    if (current?.step.until === 'connections-gone') {
      void connectionsGone?.then(() => soon('connections-gone'));
    }
  });
}
