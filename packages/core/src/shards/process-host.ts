import { type ChildProcess, fork } from 'node:child_process';
import cluster from 'node:cluster';
import { parseToParent, toEnvelope } from './messages.js';
import type { ShardHost, ShardWorker, SpawnOptions } from './shard-host.js';
import { formatIdentity, identityVariable, type ShardIdentity } from './shard-identity.js';

/** Starts a shard in a child process. */
export function spawnProcess(options: SpawnOptions, identity: ShardIdentity): ShardHost {
  const child = fork(options.script, options.args, {
    env: toEnvironment(options, identity),
    ...(options.execArgv === undefined ? {} : { execArgv: [...options.execArgv] }),
  });
  return createProcessHost(child, child);
}

/** Starts a shard in a worker of `node:cluster`, so that all shards can listen on the same port. */
export function spawnClusterWorker(options: SpawnOptions, identity: ShardIdentity): ShardHost {
  cluster.setupPrimary({
    exec: options.script,
    args: [...options.args],
    ...(options.execArgv === undefined ? {} : { execArgv: [...options.execArgv] }),
  });
  const worker = cluster.fork(toEnvironment(options, identity));
  return createProcessHost(worker.process, worker);
}

function toEnvironment(options: SpawnOptions, identity: ShardIdentity): NodeJS.ProcessEnv {
  return { ...options.env, [identityVariable]: formatIdentity(identity) };
}

function createProcessHost(child: ChildProcess, worker: ShardWorker): ShardHost {
  let end: string | undefined;
  let tell: ((how: string) => void) | undefined;
  let isTold = false;
  // What the process had sent before it ended may be read after 'exit'; only then is the channel closed.
  const tellWhenOver = (): void => {
    if (end === undefined || tell === undefined || child.connected || isTold) return;
    isTold = true;
    tell(end);
  };
  child.once('exit', (code, signal) => {
    end = signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
    tellWhenOver();
  });
  child.once('disconnect', tellWhenOver);
  child.on('error', (error) => {
    if (child.pid !== undefined) return; // a message that could not be sent: the end is heard of by itself
    end = `could not be started: ${error.message}`;
    child.disconnect();
    tellWhenOver();
  });
  return {
    worker,
    send(message) {
      if (child.connected) child.send(toEnvelope(message), () => {});
    },
    onMessage(listener) {
      child.on('message', (value: unknown) => {
        const message = parseToParent(value);
        if (message !== undefined) listener(message);
      });
    },
    onEnd(listener) {
      tell = listener;
      tellWhenOver();
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
