import type { EventEmitter } from 'node:events';

/** What an emitter calls. */
type Listener = Parameters<EventEmitter['on']>[1];

/**
 * Listens to an event only while somebody else does, and before them. For events such as `upgrade`, where a listener of
 * our own alone would change what the server does. The returned function ends it.
 */
export function listenAlongside(emitter: EventEmitter, event: string, listener: Listener): () => void {
  const isListening = (): boolean => emitter.listeners(event).includes(listener);
  const join = (added: string | symbol, other: unknown): void => {
    if (added === event && other !== listener && !isListening()) emitter.prependListener(event, listener);
  };
  const leave = (removed: string | symbol): void => {
    if (removed === event && emitter.listenerCount(event) === 1 && isListening())
      emitter.off(event, listener);
  };

  emitter.on('newListener', join);
  emitter.on('removeListener', leave);
  if (emitter.listenerCount(event) > 0) emitter.prependListener(event, listener);
  return () => {
    emitter.off('newListener', join);
    emitter.off('removeListener', leave);
    emitter.off(event, listener);
  };
}
