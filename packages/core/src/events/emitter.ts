import type {
  LifecycleEvent,
  LifecycleEventMap,
  LifecycleEventType,
  LifecycleListener,
} from '../contract/events.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { createEventQueue } from './event-queue.js';

/** Tells events to whoever listens. */
export interface Emitter {
  emit<Type extends LifecycleEventType>(type: Type, detail: LifecycleEventMap[Type]): void;
  on<Type extends LifecycleEventType>(type: Type, listener: LifecycleListener<Type>): () => void;
  /** Whether anybody listens: what nobody hears need not be put together. */
  isHeard(type: LifecycleEventType): boolean;
  /** All events from now on; ends when the emitter is closed. */
  events(): AsyncIterableIterator<LifecycleEvent>;
  /** No event comes any more. */
  close(): void;
}

type AnyListener = (event: LifecycleEvent) => void;

/** Creates an emitter. A listener that throws is logged, and the others are told all the same. */
export function createEmitter(clock: Clock, logger: Logger): Emitter {
  const listeners = new Map<LifecycleEventType, Set<AnyListener>>();
  const queues = new Set<ReturnType<typeof createEventQueue>>();
  let closed = false;

  const deliver = (listener: AnyListener, event: LifecycleEvent): void => {
    try {
      listener(event);
    } catch (error) {
      logger.error(
        { err: error, event: event.type },
        `a listener for "${event.type}" threw: ${String(error)}`,
      );
    }
  };

  const isHeard = (type: LifecycleEventType): boolean =>
    !closed && ((listeners.get(type)?.size ?? 0) > 0 || queues.size > 0);

  return {
    isHeard,
    emit(type, detail) {
      if (!isHeard(type)) return;
      const own = listeners.get(type);
      const event = { type, atMs: clock.now(), ...detail } as unknown as LifecycleEvent;
      for (const listener of own ?? []) deliver(listener, event);
      for (const queue of queues) queue.push(event);
    },
    on(type, listener) {
      const own = listeners.get(type) ?? new Set<AnyListener>();
      // The set holds listeners of this type only, which the type parameter says and the map cannot.
      const untyped = listener as unknown as AnyListener;
      listeners.set(type, own.add(untyped));
      return () => {
        own.delete(untyped);
      };
    },
    events() {
      const queue = createEventQueue(() => queues.delete(queue));
      if (closed) queue.end();
      else queues.add(queue);
      return queue.iterator;
    },
    close() {
      closed = true;
      for (const queue of queues) queue.end();
    },
  };
}
