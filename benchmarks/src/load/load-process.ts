// The load generator: a process of its own, so that neither the server nor the harness takes its time.
import { setTimeout as sleep } from 'node:timers/promises';
import { runClients } from './clients.js';
import { watchGenerator } from './generator-health.js';
import type { LoadCommand, LoadReport, LoadStart } from './load-messages.js';
import { LoadSession } from './load-session.js';

/** How long requests that were under way may still take once no new ones are sent. */
const LAST_ANSWERS_MS = 3_000;

function send(report: LoadReport): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(report, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

async function run(start: LoadStart): Promise<void> {
  const session = new LoadSession(start.port, start.seed);
  const health = watchGenerator();
  const clients = runClients(session, start.shape);
  const stopped = new Promise<void>((resolve) => {
    process.once('message', (command: LoadCommand) => command.type === 'stop' && resolve());
    process.once('disconnect', resolve);
  });
  await send({ type: 'started' });
  await stopped;
  session.stopIssuing();
  await Promise.race([clients, sleep(LAST_ANSWERS_MS)]);
  session.abandon();
  await clients;
  if (session.requests !== session.records.length) {
    throw new Error(
      `${session.requests} requests were begun, but ${session.records.length} are accounted for`,
    );
  }
  const { records, strayBytes } = session;
  await send({ type: 'result', result: { records, strayBytes, health: health() } });
}

process.once('message', (command: LoadCommand) => {
  if (command.type === 'start') {
    // Sockets of idle clients and timers of slow ones may be left; the account is complete. A failure is left
    // unhandled: it ends the process, and the harness hears of that.
    void run(command).then(() => process.exit(0));
  }
});
