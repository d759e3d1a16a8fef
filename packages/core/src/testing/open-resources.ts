import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import { systemClock } from '../ports/clock.js';

/** Types of resources, as `node:async_hooks` names them, that live until they are closed. */
const watchedTypes: ReadonlySet<string> = new Set([
  'FSEVENTWRAP',
  'MESSAGEPORT',
  'PIPESERVERWRAP',
  'PIPEWRAP',
  'PROCESSWRAP',
  'TCPSERVERWRAP',
  'TCPWRAP',
  'TLSWRAP',
  'TTYWRAP',
  'Timeout',
  'UDPWRAP',
  'WORKER',
]);

/** A handle or a timer. */
interface OpenResource {
  readonly type: string;
  readonly resource: object;
}

/**
 * The types of what `run` has opened, that is still open and keeps the process alive when it has had `patienceMs` to go:
 * handles are closed in a later turn of the event loop. Only what was opened on behalf of `run` counts, each resource by
 * itself: a test runner has timers of its own, which come and go.
 */
export async function findLeftOpen(run: () => Promise<void>, patienceMs: number): Promise<readonly string[]> {
  const open = new Map<number, OpenResource>();
  const onBehalf = new AsyncLocalStorage<true>();
  const hook = createHook({
    init(id, type, _trigger, resource) {
      if (onBehalf.getStore() === true && watchedTypes.has(type)) open.set(id, { type, resource });
    },
    destroy: (id) => open.delete(id),
  }).enable();
  try {
    await onBehalf.run(true, run);
    const giveUpMs = systemClock.now() + patienceMs;
    while (listAlive(open).length > 0 && systemClock.now() < giveUpMs) await pause();
    return listAlive(open);
  } finally {
    hook.disable();
  }
}

function listAlive(open: ReadonlyMap<number, OpenResource>): readonly string[] {
  return [...open.values()].filter(({ resource }) => keepsAlive(resource)).map(({ type }) => type);
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    systemClock.setTimer(resolve, 10);
  });
}

function keepsAlive(resource: object): boolean {
  const hasRef: unknown = Reflect.get(resource, 'hasRef');
  return typeof hasRef === 'function' ? Reflect.apply(hasRef, resource, []) === true : true;
}
