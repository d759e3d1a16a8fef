import type { FromLoadProcess, LoadAssignment, ToLoadProcess } from './assignment.js';
import { type LoadGenerator, startLoad } from './generator.js';

/*
 * The main module of a load process: it is forked by the judge, so that neither the judge's own work nor the server's
 * output slows the clients. When the judge vanishes, it ends itself.
 */

let generator: LoadGenerator | undefined;

function tell(message: FromLoadProcess): void {
  process.send?.(message);
}

async function begin(assignment: LoadAssignment): Promise<void> {
  generator = startLoad(assignment);
  await generator.established;
  tell({ type: 'established' });
}

async function finish(graceMs: number): Promise<void> {
  if (generator === undefined) throw new Error('told to finish before it began');
  tell({ type: 'done', result: await generator.finish(graceMs) });
}

async function obey(message: ToLoadProcess): Promise<void> {
  switch (message.type) {
    case 'begin':
      return await begin(message.assignment);
    case 'withdraw':
      return generator?.withdraw(message.medianMs);
    case 'finish':
      return await finish(message.graceMs);
  }
}

process.on('message', (message: ToLoadProcess) => {
  obey(message).catch((error: unknown) => {
    tell({
      type: 'failed',
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  });
});

process.on('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});

// A Ctrl-C in a terminal reaches the whole foreground group; the judge decides when the load ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
