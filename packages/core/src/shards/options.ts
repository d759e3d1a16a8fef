import { fileURLToPath } from 'node:url';
import { OptionsError } from '../errors.js';
import { checkAbsent, checkDuration, checkObject, checkOneOf, checkText } from '../options/checks.js';
import { checkCount } from './check-count.js';
import { type ResolvedRestartOptions, type RestartOptions, resolveRestartOptions } from './restart-policy.js';
import type { ShardWorker } from './shard-host.js';

/** What shards run in: worker threads, processes of `child_process.fork`, or workers of `node:cluster`. */
export type ShardKind = 'thread' | 'process' | 'cluster';

/** A shard that was just started, for whoever connects it with the others. */
export interface SpawnedShard {
  readonly name: string;
  /** Its place in the group, from 0. */
  readonly index: number;
  /** 1 for the first one at this place; one more each time it is restarted or replaced. */
  readonly generation: number;
  /** A `Worker`, a `ChildProcess` or a cluster `Worker`, by the group's `kind`. */
  readonly worker: ShardWorker;
}

/** Options of {@link shardGroup}. All optional but `script` and `count`; durations in milliseconds. */
export interface ShardGroupOptions {
  /** The component's name; its shards are `<name>/<index>`. @default 'shards' */
  readonly name?: string;
  /** @default 'thread' */
  readonly kind?: ShardKind;
  /** The module that each shard runs; it calls `joinShardGroup`. A path, or a `file:` URL. */
  readonly script: string | URL;
  /** How many shards there are, 1 or more. */
  readonly count: number;
  /** The arguments of the script. @default [] */
  readonly args?: readonly string[];
  /** The options of Node.js itself. @default those of this process */
  readonly execArgv?: readonly string[];
  /** @default the environment of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** What a thread finds as its `workerData`; nothing in a process. @default undefined */
  readonly workerData?: unknown;
  /** How long a shard may take until it is ready. @default 30_000 */
  readonly startTimeoutMs?: number;
  /** What happens when a shard ends that was not asked to: the service stops, or the shard is restarted. @default 'stop' */
  readonly onCrash?: 'stop' | 'restart' | RestartOptions;
  /** Called for each shard as soon as it was started, also for one that takes the place of another. @default nobody is */
  readonly spawned?: (shard: SpawnedShard) => void;
}

/** {@link ShardGroupOptions}, checked and complete. */
export interface ResolvedShardGroupOptions {
  readonly name: string;
  readonly kind: ShardKind;
  readonly script: string;
  readonly count: number;
  readonly args: readonly string[];
  readonly execArgv: readonly string[] | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly workerData: unknown;
  readonly startTimeoutMs: number;
  /** Undefined when a crash stops the service. */
  readonly restart: ResolvedRestartOptions | undefined;
  readonly spawned: (shard: SpawnedShard) => void;
}

const known: Readonly<Record<keyof ShardGroupOptions, true>> = {
  name: true,
  kind: true,
  script: true,
  count: true,
  args: true,
  execArgv: true,
  env: true,
  workerData: true,
  startTimeoutMs: true,
  onCrash: true,
  spawned: true,
};
const kinds: readonly ShardKind[] = ['thread', 'process', 'cluster'];
const defaultStartTimeoutMs = 30_000;

/**
 * Checks options and fills in what is not there.
 * @throws OptionsError
 */
export function resolveShardGroupOptions(options: ShardGroupOptions): ResolvedShardGroupOptions {
  checkObject('options', options);
  checkAbsent(options, known);
  const { name = 'shards', spawned = () => {}, count, onCrash = 'stop' } = options;
  checkText('name', name);
  checkCount('count', count, 1);
  if (typeof spawned !== 'function') throw new OptionsError('spawned', 'must be a function', spawned);
  return {
    name,
    kind: checkOneOf('kind', kinds, options.kind ?? 'thread'),
    script: resolveScript(options.script),
    count,
    args: checkTexts('args', options.args) ?? [],
    execArgv: checkTexts('execArgv', options.execArgv),
    env: options.env ?? process.env,
    workerData: options.workerData,
    startTimeoutMs: checkDuration('startTimeoutMs', options.startTimeoutMs, 1) ?? defaultStartTimeoutMs,
    restart: onCrash === 'stop' ? undefined : resolveRestartOptions(onCrash === 'restart' ? {} : onCrash),
    spawned,
  };
}

function resolveScript(script: string | URL): string {
  if (script instanceof URL) return fileURLToPath(script);
  checkText('script', script);
  return script;
}

function checkTexts(option: string, value: readonly string[] | undefined): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) {
    throw new OptionsError(option, 'must be an array of texts', value);
  }
  return value;
}
