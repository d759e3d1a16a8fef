import {
  type Component,
  createLifecycle,
  type Lifecycle,
  type LifecycleEvent,
  type LifecycleOptions,
  type StopContext,
  silentLogger,
} from '@quiesce/core';
import {
  createManualClock,
  createManualSignals,
  type ManualClock,
  type ManualSignals,
} from '@quiesce/core/testing';

/** A lifecycle in manual time, with what a test looks at. */
export interface TestLifecycle {
  readonly lifecycle: Lifecycle;
  readonly clock: ManualClock;
  readonly signals: ManualSignals;
  /** All events so far. */
  readonly events: LifecycleEvent[];
  /** What the components of `recorder` did, in order, as `name.hook`. */
  readonly calls: string[];
  /** A component that records its hooks, with some of them replaced. */
  readonly recorder: (name: string, hooks?: Partial<Component>) => Component;
}

const eventTypes = [
  'state',
  'component',
  'stop',
  'phase-start',
  'phase-end',
  'hook-start',
  'hook-end',
  'progress',
  'climb',
  'signal',
  'note',
  'report',
] as const;

/** Creates a lifecycle that neither touches the process nor waits for real time. */
export function createTestLifecycle(options: Partial<LifecycleOptions> = {}): TestLifecycle {
  const clock = createManualClock();
  const signals = createManualSignals();
  const lifecycle = createLifecycle({
    name: 'test',
    clock,
    signalSource: signals,
    logger: silentLogger,
    exit: false,
    ...options,
  });
  const events: LifecycleEvent[] = [];
  for (const type of eventTypes) lifecycle.on(type, (event) => events.push(event));
  const calls: string[] = [];
  return {
    lifecycle,
    clock,
    signals,
    events,
    calls,
    recorder: (name, hooks = {}) => createRecorder(name, calls, hooks),
  };
}

function createRecorder(name: string, calls: string[], hooks: Partial<Component>): Component {
  const record = (hook: string): void => {
    calls.push(`${name}.${hook}`);
  };
  const wrap =
    (hook: 'announce' | 'refuse' | 'drain' | 'persist' | 'release') =>
    (stop: StopContext): void | Promise<void> => {
      record(hook);
      return hooks[hook]?.(stop);
    };
  return {
    name,
    start(context) {
      record('start');
      return hooks.start?.(context);
    },
    announce: wrap('announce'),
    refuse: wrap('refuse'),
    drain: wrap('drain'),
    persist: wrap('persist'),
    release: wrap('release'),
    abort() {
      record('abort');
      hooks.abort?.();
    },
    ...(hooks.exit === undefined ? {} : { exit: hooks.exit }),
    ...(hooks.pending === undefined ? {} : { pending: hooks.pending }),
  };
}

/** A promise that settles when it is told to. */
export interface Gate {
  readonly passed: Promise<void>;
  open(): void;
  fail(error: Error): void;
}

/** Creates a closed gate. */
export function createGate(): Gate {
  let open!: () => void;
  let fail!: (error: Error) => void;
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { passed, open, fail };
}

/** Never settles. */
export const never = (): Promise<void> => new Promise(() => {});

/** The component without its start hook, which makes it live from the moment it is added. */
export function withoutStart(component: Component): Component {
  return Object.fromEntries(
    Object.entries(component).filter(([hook]) => hook !== 'start'),
  ) as unknown as Component;
}
