import type { ChildProcess } from 'node:child_process';
import type { Worker as ClusterWorker } from 'node:cluster';
import type { Worker } from 'node:worker_threads';
import type { ToParent, ToShard } from './messages.js';
import type { ShardIdentity } from './shard-identity.js';

/** What a shard runs in. */
export type ShardWorker = Worker | ChildProcess | ClusterWorker;

/** The thread or process of one shard, as its parent has it. */
export interface ShardHost {
  readonly worker: ShardWorker;
  /** Never throws: whether the shard is there is heard by `onEnd`. */
  send(message: ToShard): void;
  onMessage(listener: (message: ToParent) => void): void;
  /** It has ended, and everything it had sent was heard; says how, such as `was killed by SIGKILL`. */
  onEnd(listener: (how: string) => void): void;
  /** Ends it now, whatever it does. */
  kill(): void;
}

/** Starts the thread or process of a shard. */
export type SpawnShard = (identity: ShardIdentity) => ShardHost;

/** What a shard is started with. */
export interface SpawnOptions {
  /** The path of its script. */
  readonly script: string;
  readonly args: readonly string[];
  readonly execArgv: readonly string[] | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly workerData: unknown;
}
