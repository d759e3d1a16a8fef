import type { Component, StartContext, StopContext } from '../contract/component.js';
import type { PartReport, ShutdownReport } from '../contract/report.js';
import { type ShardsError, StartError } from '../errors.js';
import { endEarly } from './end-early.js';
import { GroupStop } from './group-stop.js';
import { type MachineClock, machineClock } from './machine-clock.js';
import {
  type ResolvedShardGroupOptions,
  resolveShardGroupOptions,
  type ShardGroupOptions,
  type ShardKind,
} from './options.js';
import { spawnClusterWorker, spawnProcess } from './process-host.js';
import { type ReplaceOptions, replaceShards } from './replace-shards.js';
import { Roster } from './roster.js';
import type { ShardState } from './shard.js';
import type { ShardHost, ShardWorker, SpawnOptions, SpawnShard } from './shard-host.js';
import type { ShardIdentity } from './shard-identity.js';
import { spawnThread } from './thread-host.js';

/** One shard as it is now. */
export interface ShardStatus {
  readonly name: string;
  /** Its place in the group, from 0. */
  readonly index: number;
  readonly generation: number;
  readonly state: ShardState;
  readonly worker: ShardWorker;
}

/** A component whose parts are threads or processes, each with a lifecycle of its own, that stop in step. */
export interface ShardGroup extends Component {
  /** All shards that have not ended: during a replacement, more than `count`. */
  readonly shards: readonly ShardStatus[];
  /**
   * Replaces all shards one after the other without a gap: the new one is ready before the old one drains. Gives
   * back how the old ones stopped.
   * @throws ShardsError when a new one does not come up: the old one stays; StoppingError when the service stops
   */
  replace(options?: ReplaceOptions): Promise<readonly PartReport[]>;
}

/** How shards are started, and the time, for tests. */
export interface ShardGroupPorts {
  readonly spawn: SpawnShard;
  readonly clock: MachineClock;
}

const spawners: Readonly<Record<ShardKind, (options: SpawnOptions, identity: ShardIdentity) => ShardHost>> = {
  thread: spawnThread,
  process: spawnProcess,
  cluster: spawnClusterWorker,
};

/**
 * Creates a component that starts shards and stops them together: each phase of the stop begins in all of them only
 * when the one before is over in all of them. What shards share is a component that the group depends on.
 * @throws OptionsError
 */
export function shardGroup(options: ShardGroupOptions): ShardGroup {
  const resolved = resolveShardGroupOptions(options);
  const spawn = spawners[resolved.kind];
  return createShardGroup(resolved, {
    spawn: (identity) => spawn(resolved, identity),
    clock: machineClock,
  });
}

/** {@link shardGroup}, with its ports given. */
export function createShardGroup(options: ResolvedShardGroupOptions, ports: ShardGroupPorts): ShardGroup {
  return new ShardGroupComponent(options, ports);
}

class ShardGroupComponent implements ShardGroup {
  readonly name: string;
  readonly #clock: MachineClock;
  readonly #roster: Roster;
  #fail: ((error: ShardsError) => void) | undefined;
  #stop: GroupStop | undefined;
  #reason = 'abort';

  constructor(options: ResolvedShardGroupOptions, { spawn, clock }: ShardGroupPorts) {
    this.name = options.name;
    this.#clock = clock;
    this.#roster = new Roster(options, {
      clock,
      spawn,
      message: (shard, message) => this.#stop?.hear(shard, message),
      ended: (shard) => this.#stop?.ended(shard),
      failed: (error) => this.#fail?.(error),
    });
  }

  get shards(): readonly ShardStatus[] {
    return this.#roster.live.map(({ name, index, generation, state, host }) => {
      return { name, index, generation, state, worker: host.worker };
    });
  }

  async start({ signal, fail }: StartContext): Promise<void> {
    this.#fail = fail;
    let interrupt: () => void = () => {};
    const stopped = new Promise<never>((_resolve, reject) => {
      interrupt = () => reject(new StartError(this.name, 'was not started: the stop came first'));
      signal.addEventListener('abort', interrupt, { once: true });
    });
    try {
      await Promise.race([this.#roster.open(), stopped]);
    } catch (error) {
      this.#roster.close();
      await endEarly(this.#roster.live, this.#clock);
      throw error;
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  }

  announce(stop: StopContext): Promise<void> {
    return this.#begin(stop).lead('announce', stop);
  }

  refuse(stop: StopContext): Promise<void> {
    return this.#begin(stop).lead('refuse', stop);
  }

  drain(stop: StopContext): Promise<void> {
    return this.#begin(stop).lead('drain', stop);
  }

  persist(stop: StopContext): Promise<void> {
    return this.#begin(stop).lead('persist', stop);
  }

  release(stop: StopContext): Promise<void> {
    return this.#begin(stop).lead('release', stop);
  }

  exit(_report: ShutdownReport, stop: StopContext): Promise<void> {
    return this.#begin(stop).finish(stop);
  }

  abort(): void {
    this.#stop ??= this.#createStop();
    this.#stop.force(this.#reason);
  }

  replace(options: ReplaceOptions = {}): Promise<readonly PartReport[]> {
    return replaceShards(this.#roster, this.#clock, options);
  }

  #begin({ reason }: StopContext): GroupStop {
    this.#reason = reason;
    this.#stop ??= this.#createStop();
    return this.#stop;
  }

  #createStop(): GroupStop {
    this.#roster.close();
    return new GroupStop(this.#roster.live, this.#clock);
  }
}
