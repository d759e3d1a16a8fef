import type { LifecycleEvent, LifecycleEventType, Stoppable } from '@quiesce/core';

/** An event as it goes out. */
export interface NumberedEvent {
  /** From 1, without gaps. */
  readonly id: number;
  readonly type: string;
  /** One line of JSON. */
  readonly json: string;
}

/** Hands the events of a stoppable to everybody who follows it; each is encoded once. */
export interface EventHub {
  /** Calls `listener` for each event from now on, until the returned function is called. */
  follow(listener: (event: NumberedEvent) => void): () => void;
  /** The events after `id`; undefined when not all of them are remembered. */
  since(id: number): readonly NumberedEvent[] | undefined;
  /** The last event's number. */
  readonly lastId: number;
  /** Listens no more. */
  close(): void;
}

/** Enough for a stop of some dozen components. */
const remembered = 512;

/** All types but `report`: the report is sent by whoever ends the streams. The type makes the compiler see to the rest. */
const followed: Readonly<Record<Exclude<LifecycleEventType, 'report'>, true>> = {
  state: true,
  component: true,
  stop: true,
  'phase-start': true,
  'phase-end': true,
  'hook-start': true,
  'hook-end': true,
  'part-step': true,
  progress: true,
  climb: true,
  signal: true,
  note: true,
};

/** Follows a stoppable from now on. */
export function createEventHub(stoppable: Stoppable): EventHub {
  const listeners = new Set<(event: NumberedEvent) => void>();
  const memory: NumberedEvent[] = [];
  let lastId = 0;

  const take = (event: LifecycleEvent): void => {
    lastId += 1;
    const numbered = { id: lastId, type: event.type, json: JSON.stringify(event) };
    memory.push(numbered);
    if (memory.length > remembered) memory.shift();
    for (const listener of listeners) listener(numbered);
  };
  const ends = Object.keys(followed).map((type) => stoppable.on(type as LifecycleEventType, take));

  return {
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    since(id) {
      const oldest = memory[0]?.id ?? lastId + 1;
      if (id > lastId || id < oldest - 1) return undefined;
      return memory.filter((event) => event.id > id);
    },
    get lastId() {
      return lastId;
    },
    close() {
      for (const end of ends.splice(0)) end();
      listeners.clear();
    },
  };
}
