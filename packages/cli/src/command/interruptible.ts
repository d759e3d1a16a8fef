import type { CommandContext } from './command-context.js';

/** What ends a waiting: Ctrl-C, whoever ends this command, and a terminal that is closed. */
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs something that is told when whoever waits for it wants to wait no more. It ends by itself then, at once. */
export async function interruptible<Result>(
  { signals }: Pick<CommandContext, 'signals'>,
  task: (interrupt: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const ends = interrupts.map((signal) => signals.on(signal, () => controller.abort()));
  try {
    return await task(controller.signal);
  } finally {
    for (const end of ends) end();
  }
}
