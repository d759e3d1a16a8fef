import type { WriteStream } from 'node:tty';
import { formatExit, formatMs } from '../clauses/clause.js';
import type { VerifyProgress } from '../progress.js';

/** Says what the judge is doing: one changing line on a terminal, one line a run elsewhere. */
export function createProgressLine(stream: WriteStream | NodeJS.WriteStream): {
  readonly show: (progress: VerifyProgress) => void;
  readonly clear: () => void;
} {
  const tty = stream.isTTY;
  const write = (text: string, lasting: boolean): void => {
    if (tty) stream.write(`\r\u001B[2K${text}`);
    else if (lasting) stream.write(`${text}\n`);
  };
  return {
    show(progress) {
      switch (progress.type) {
        case 'baseline':
          return write('looking at the server …', false);
        case 'planned':
          return write(`${progress.runs} runs, seed ${progress.seed}`, true);
        case 'run-begins':
          return write(`run ${progress.run.index + 1} of ${progress.of}: ${progress.run.title}`, false);
        case 'stop-now':
          return write(
            `the load is on: stop ${progress.url} now (watching for ${formatMs(progress.watchMs)})\n`,
            true,
          );
        case 'run-ends': {
          const { evidence } = progress;
          const requests = evidence.account?.tally.total ?? 0;
          const text = `${evidence.title}: ${formatExit(evidence)} after ${formatMs(evidence.exit.afterMs)}`;
          return write(`run ${evidence.index + 1} of ${progress.of}: ${text}, ${requests} requests`, true);
        }
      }
    },
    clear() {
      if (tty) stream.write('\r\u001B[2K');
    },
  };
}
