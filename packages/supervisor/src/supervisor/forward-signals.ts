import type { SignalModes, SignalSource } from '@quiesce/core';

/** What programs take for other things than stopping: reload, reopen logs, redraw, and the like. */
const forwarded: readonly NodeJS.Signals[] = [
  'SIGHUP',
  'SIGUSR1',
  'SIGUSR2',
  'SIGQUIT',
  'SIGWINCH',
  'SIGCONT',
];

/** Passes on every signal that is no stop signal, until the returned function is called. */
export function forwardSignals(
  source: SignalSource,
  modes: SignalModes,
  forward: (signal: NodeJS.Signals) => void,
): () => void {
  const ends = forwarded
    .filter((signal) => modes[signal] === undefined)
    .map((signal) => source.on(signal, () => forward(signal)));
  return () => {
    for (const end of ends) end();
  };
}
