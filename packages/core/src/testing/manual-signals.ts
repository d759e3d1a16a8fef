import type { SignalSource } from '../ports/signal-source.js';

/** A signal source that a test drives. */
export interface ManualSignals extends SignalSource {
  /** Delivers one signal to everybody who listens for it. */
  send(signal: NodeJS.Signals): void;
  /** The signals somebody listens for. */
  readonly listenedTo: readonly NodeJS.Signals[];
}

/** Creates a signal source that nothing but `send` drives. */
export function createManualSignals(): ManualSignals {
  const listeners = new Map<NodeJS.Signals, Set<() => void>>();
  return {
    on(signal, listener) {
      const own = listeners.get(signal) ?? new Set();
      listeners.set(signal, own.add(listener));
      return () => {
        own.delete(listener);
      };
    },
    send(signal) {
      for (const listener of listeners.get(signal) ?? []) listener();
    },
    get listenedTo() {
      return [...listeners].filter(([, own]) => own.size > 0).map(([signal]) => signal);
    },
  };
}
