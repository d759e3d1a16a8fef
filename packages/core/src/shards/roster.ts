import { ShardsError } from '../errors.js';
import type { Timer } from '../ports/clock.js';
import type { MachineClock } from './machine-clock.js';
import type { ToParent } from './messages.js';
import type { ResolvedShardGroupOptions } from './options.js';
import { createRestartPolicy, type RestartPolicy } from './restart-policy.js';
import { Shard } from './shard.js';
import type { SpawnShard } from './shard-host.js';

/** What a roster works with. */
export interface RosterPorts {
  readonly clock: MachineClock;
  readonly spawn: SpawnShard;
  /** A message of a shard that concerns more than the shard itself. */
  message(shard: Shard, message: ToParent): void;
  ended(shard: Shard): void;
  /** A shard has crashed and is not restarted: the group has failed for good. */
  failed(error: ShardsError): void;
}

/** All shards of a group: who is at which place, and who takes the place of one that crashed. */
export class Roster {
  readonly #options: ResolvedShardGroupOptions;
  readonly #ports: RosterPorts;
  readonly #generations: number[];
  readonly #places: (Shard | undefined)[];
  readonly #live = new Set<Shard>();
  /** Shards whose end concerns whoever started or stopped them, and nobody else. */
  readonly #minded = new WeakSet<Shard>();
  readonly #restarts = new Set<Timer>();
  readonly #policy: RestartPolicy | undefined;
  #isClosed = false;

  constructor(options: ResolvedShardGroupOptions, ports: RosterPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#generations = Array.from({ length: options.count }, () => 0);
    this.#places = Array.from({ length: options.count }, () => undefined);
    this.#policy = options.restart === undefined ? undefined : createRestartPolicy(options.restart);
  }

  /** Every shard that has not ended. */
  get live(): readonly Shard[] {
    return [...this.#live];
  }

  /** Whether the stop of the group has begun. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The shard at a place; undefined while there is none. */
  at(index: number): Shard | undefined {
    return this.#places[index];
  }

  /** Starts all shards; resolves when all are ready, rejects when one ended first or took too long. */
  async open(): Promise<void> {
    const shards = this.#places.map((_, index) => this.spawn(index));
    for (const shard of shards) this.place(shard);
    const becomeReady = async (shard: Shard): Promise<void> => {
      await this.untilReady(shard);
      this.adopt(shard);
    };
    await Promise.all(shards.map(becomeReady));
  }

  /** Starts a shard that nobody else minds the end of, for a place that may be taken. */
  spawn(index: number): Shard {
    const { name: group, count } = this.#options;
    const generation = (this.#generations[index] ?? 0) + 1;
    this.#generations[index] = generation;
    const generations = this.#generations.map((each) => Math.max(1, each));
    const host = this.#ports.spawn({ group, index, count, generation, generations });
    const shard = new Shard({ group, index, generation }, host, this.#ports.clock, {
      message: (from, message) => this.#ports.message(from, message),
      ended: (from) => this.#ended(from),
    });
    this.#live.add(shard);
    this.#minded.add(shard);
    this.#options.spawned({ name: shard.name, index, generation, worker: host.worker });
    return shard;
  }

  /** Rejects when a shard ended before it was ready, or took too long (and is ended). */
  async untilReady(shard: Shard): Promise<void> {
    const { startTimeoutMs } = this.#options;
    let isLate = false;
    const timer = this.#ports.clock.setTimer(() => {
      isLate = true;
      shard.kill();
    }, startTimeoutMs);
    await shard.ready;
    timer.cancel();
    if (isLate)
      throw new ShardsError([shard.name], `"${shard.name}" was not ready after ${startTimeoutMs} ms`);
    if (!shard.wasReady) throw startFailed(shard);
  }

  /** Gives a shard its place, and tells the others that it is another one. */
  place(shard: Shard): void {
    const { index, generation } = shard;
    this.#places[index] = shard;
    if (generation === 1) return;
    for (const other of this.#live) if (other !== shard) other.send('peer', { index, generation });
  }

  /** From here on the end of a shard is a crash. */
  adopt(shard: Shard): void {
    this.#minded.delete(shard);
    if (shard.state === 'ended') this.#crashed(shard);
  }

  /** From here on somebody minds the end of a shard. */
  release(shard: Shard): void {
    this.#minded.add(shard);
  }

  /** The stop has begun: nothing is restarted any more. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#restarts) timer.cancel();
    this.#restarts.clear();
  }

  #ended(shard: Shard): void {
    this.#live.delete(shard);
    if (this.#places[shard.index] === shard) this.#places[shard.index] = undefined;
    this.#ports.ended(shard);
    if (!this.#minded.has(shard)) this.#crashed(shard);
  }

  #crashed(shard: Shard): void {
    if (this.#isClosed) return;
    const { clock } = this.#ports;
    const delayMs = this.#policy?.next(clock.now());
    if (delayMs === undefined) {
      const limit = this.#policy === undefined ? '' : ', and has been restarted as often as it may';
      this.#ports.failed(new ShardsError([shard.name], `"${shard.name}" ${shard.describeEnd()}${limit}`));
      return;
    }
    const timer = clock.setTimer(() => {
      this.#restarts.delete(timer);
      this.#restart(shard.index);
    }, delayMs);
    this.#restarts.add(timer);
  }

  #restart(index: number): void {
    let shard: Shard;
    try {
      shard = this.spawn(index);
    } catch (error) {
      const name = `${this.#options.name}/${index}`;
      this.#ports.failed(new ShardsError([name], `"${name}" could not be restarted: ${String(error)}`));
      return;
    }
    this.place(shard);
    const adopt = (): void => this.adopt(shard);
    this.untilReady(shard).then(adopt, adopt); // one that ended first has crashed again
  }
}

function startFailed(shard: Shard): ShardsError {
  return new ShardsError([shard.name], `"${shard.name}" ${shard.describeEnd()} before it was ready`);
}
