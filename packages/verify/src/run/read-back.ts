import { fetchOnce } from '../baseline/fetch-once.js';
import { NotJudgeableError } from '../errors.js';
import type { Acknowledged } from '../load/assignment.js';
import { durablePlaceholder, mostIds } from '../load/streams/durable.js';
import type { DurableOptions } from '../options/verify-options.js';
import type { DurableEvidence } from './run-evidence.js';
import type { ServerHost, StartedServer } from './server-host.js';

const mostNamed = 20;
const answerTimeoutMs = 10_000;

/**
 * Starts a successor and asks it for every id that was acknowledged (the last ones, where there are very many: those
 * are the ones in danger).
 */
export async function readBack(
  host: ServerHost,
  durable: DurableOptions,
  acknowledged: readonly Acknowledged[],
): Promise<DurableEvidence> {
  const count = acknowledged.reduce((sum, each) => sum + each.count, 0);
  const asked = acknowledged.flatMap(({ lastIds }) =>
    lastIds.slice(-Math.ceil(mostIds / acknowledged.length)),
  );
  let successor: StartedServer;
  try {
    successor = await host.start();
  } catch (error) {
    if (!(error instanceof NotJudgeableError)) throw error;
    return { acknowledged: count, asked: 0, missing: [], restarted: false };
  }
  const missing: string[] = [];
  try {
    for (const id of asked) {
      const answer = await fetchOnce(successor.target, {
        method: durable.read.method,
        path: durable.read.path.replaceAll(durablePlaceholder, id),
        headers: {},
        body: '',
        timeoutMs: answerTimeoutMs,
      });
      if (answer === undefined || answer.status < 200 || answer.status >= 300) missing.push(id);
    }
  } finally {
    host.release(successor.server);
  }
  return {
    acknowledged: count,
    asked: asked.length,
    missing:
      missing.length > mostNamed
        ? [...missing.slice(0, mostNamed), `and ${missing.length - mostNamed} more`]
        : missing,
    restarted: true,
  };
}
