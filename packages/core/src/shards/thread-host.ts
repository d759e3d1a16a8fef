import { Worker } from 'node:worker_threads';
import { endThread } from '../process/ending-threads.js';
import { parseToParent, toEnvelope } from './messages.js';
import type { ShardHost, SpawnOptions } from './shard-host.js';
import { formatIdentity, identityVariable, type ShardIdentity } from './shard-identity.js';

/** Starts a shard in a worker thread. */
export function spawnThread(options: SpawnOptions, identity: ShardIdentity): ShardHost {
  const name = `${identity.group}/${identity.index}`;
  const worker = new Worker(options.script, {
    argv: [...options.args],
    env: { ...options.env, [identityVariable]: formatIdentity(identity) },
    workerData: options.workerData,
    name,
    ...(options.execArgv === undefined ? {} : { execArgv: [...options.execArgv] }),
  });
  let thrown: { readonly error: unknown } | undefined;
  let isKilled = false;
  // 'error' comes before 'exit', and everything that was posted before either of them.
  worker.on('error', (error: unknown) => {
    thrown = { error };
  });
  return {
    worker,
    send: (message) => worker.postMessage(toEnvelope(message)),
    onMessage(listener) {
      worker.on('message', (value: unknown) => {
        const message = parseToParent(value);
        if (message !== undefined) listener(message);
      });
    },
    onEnd(listener) {
      worker.on('exit', (code) => {
        if (isKilled) listener('was terminated');
        else if (thrown !== undefined) listener(`threw ${describe(thrown.error)}`);
        else listener(`exited with code ${code}`);
      });
    },
    kill() {
      isKilled = true;
      endThread(worker, name);
    },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
