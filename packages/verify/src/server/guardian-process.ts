import { endProcess, processesMarked } from './process-group.js';

/*
 * The main module of the guardian. The channel to the judge closes when the judge ends, however it ends; whoever carries
 * the mark is ended then, until a look finds nobody any more (a server that is just being started may appear late).
 */

const mark = process.argv[2] ?? '';
const looks = 10;
const lookEveryMs = 50;

function endAll(looksLeft: number): void {
  for (const stat of processesMarked(mark)) endProcess(stat);
  if (looksLeft > 0) setTimeout(endAll, lookEveryMs, looksLeft - 1);
}

process.on('disconnect', () => endAll(looks));
// A Ctrl-C in a terminal reaches the whole foreground group; the judge decides what it means.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
