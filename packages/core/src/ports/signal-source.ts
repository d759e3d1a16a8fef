/** Where stop signals come from. */
export interface SignalSource {
  /** Calls `listener` for every `signal` until the returned function is called. */
  on(signal: NodeJS.Signals, listener: () => void): () => void;
}

/** The signals of this process. While one is listened to, its default action is off. */
export const processSignals: SignalSource = {
  on(signal, listener) {
    process.on(signal, listener);
    return () => {
      process.off(signal, listener);
    };
  },
};
