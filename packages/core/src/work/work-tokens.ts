import type { WorkMeter } from '../contract/coordinator.js';
import type { StopMode } from '../contract/modes.js';
import type { ReportedCutWork } from '../contract/report.js';
import type { WorkToken } from '../contract/work-token.js';
import { StoppingError, WorkCutError } from '../errors.js';
import type { Clock } from '../ports/clock.js';

/** The pieces of work that were entered and have not been left. */
export interface WorkTokens extends WorkMeter {
  /** How many were left so far. */
  readonly completed: number;
  enter(name: string): WorkToken;
  /** Resolves as soon as nothing is open; from then on nothing can be entered: closed *and* empty. */
  drained(): Promise<void>;
  /** Aborts what is open and says what it was. Nothing can be entered any more. */
  cut(mode: StopMode): readonly ReportedCutWork[];
}

interface OpenToken {
  readonly name: string;
  readonly sinceMs: number;
  /** Made when somebody asks for the signal: most work never does. */
  controller: AbortController | undefined;
}

function toWorkToken(token: OpenToken, leave: () => void): WorkToken {
  return {
    get signal() {
      token.controller ??= new AbortController();
      return token.controller.signal;
    },
    leave,
    [Symbol.dispose]: leave,
  };
}

/** Creates an empty set of work tokens. */
export function createWorkTokens(clock: Clock): WorkTokens {
  const open = new Set<OpenToken>();
  const listeners = new Set<() => void>();
  let entered = 0;
  let completed = 0;
  let closed = false;
  let onEmpty: (() => void) | undefined;

  const closeWhenEmpty = (): void => {
    if (open.size > 0 || onEmpty === undefined) return;
    closed = true;
    onEmpty();
    onEmpty = undefined;
  };

  const leave = (token: OpenToken): void => {
    if (!open.delete(token)) return;
    completed += 1;
    if (open.size > 0) return;
    closeWhenEmpty();
    for (const listener of listeners) listener();
  };

  return {
    get open() {
      return open.size;
    },
    get entered() {
      return entered;
    },
    onEmpty(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get completed() {
      return completed;
    },
    enter(name) {
      if (closed) throw new StoppingError(`"${name}" cannot be entered: the drain is over`);
      const token: OpenToken = { name, sinceMs: clock.now(), controller: undefined };
      open.add(token);
      entered += 1;
      return toWorkToken(token, () => leave(token));
    },
    drained() {
      return new Promise((resolve) => {
        onEmpty = resolve;
        closeWhenEmpty();
      });
    },
    cut(mode) {
      closed = true;
      onEmpty = undefined;
      const cut = [...open];
      open.clear();
      return cut.map((token) => {
        token.controller ??= new AbortController();
        token.controller.abort(new WorkCutError(token.name, mode));
        return { component: 'work', name: token.name, ageMs: clock.now() - token.sinceMs };
      });
    },
  };
}
