import { createLifecycle, type Lifecycle, type LifecycleOptions, silentLogger } from '@quiesce/core';
import { createManualClock, type ManualClock } from '@quiesce/core/testing';
import { joinByChannel, type ShardMember } from '../../src/shards/join-shard-group.js';
import type { MachineClock } from '../../src/shards/machine-clock.js';
import type { ToParent, ToShard } from '../../src/shards/messages.js';
import { resolveShardGroupOptions, type ShardGroupOptions } from '../../src/shards/options.js';
import { createShardGroup, type ShardGroup } from '../../src/shards/shard-group.js';
import type { ShardHost } from '../../src/shards/shard-host.js';
import type { ShardIdentity } from '../../src/shards/shard-identity.js';

/** A shard in this thread: its lifecycle and its link are the real ones, only the channel is not. */
export interface MemoryShard {
  readonly identity: ShardIdentity;
  readonly lifecycle: Lifecycle;
  readonly member: ShardMember;
  /** Whether it has ended, or was. */
  readonly isOver: boolean;
  /** It ends at once, as by SIGKILL. */
  crash(): void;
  /** It neither hears nor says anything until it is ended, as a process that was stopped. */
  freeze(): void;
}

/** A parent with a group of such shards, all on one manual clock. */
export interface MemoryGroup {
  readonly parent: Lifecycle;
  readonly group: ShardGroup;
  readonly clock: ManualClock;
  /** All shards that were ever started, in that order. */
  readonly shards: MemoryShard[];
}

/** What a test adds to each shard before it runs. */
export type SetUpShard = (shard: MemoryShard) => void;

/** The origin of the shards' own clocks differs from the parent's, as that of `performance.now()` does. */
const machineOriginMs = 1_000_000;

/** Creates a parent and its group; the shards are started with it. */
export function createMemoryGroup(
  setUp: SetUpShard,
  options: Partial<ShardGroupOptions> = {},
  parentOptions: Partial<LifecycleOptions> = {},
): MemoryGroup {
  const clock = createManualClock();
  const machine: MachineClock = { ...clock, machineNow: () => clock.now() + machineOriginMs };
  const shards: MemoryShard[] = [];
  const parent = createLifecycle({
    name: 'parent',
    signals: false,
    clock,
    logger: silentLogger,
    ...parentOptions,
  });
  const resolved = resolveShardGroupOptions({ script: 'in-memory', count: 2, ...options });
  const group = createShardGroup(resolved, {
    clock: machine,
    spawn: (identity) =>
      spawnInMemory(identity, machine, (shard) => {
        shards.push(shard);
        setUp(shard);
      }),
  });
  parent.add(group);
  return { parent, group, clock, shards };
}

function spawnInMemory(identity: ShardIdentity, clock: MachineClock, setUp: SetUpShard): ShardHost {
  const skewed = { ...clock, now: () => clock.now() + identity.index * 77 + 5 };
  const lifecycle = createLifecycle({
    name: 'shard',
    signals: false,
    clock: skewed,
    exit: false,
    logger: silentLogger,
  });
  let toShard: (message: ToShard) => void = () => {};
  let toParent: (message: ToParent) => void = () => {};
  let tellEnd: (how: string) => void = () => {};
  let isOver = false;
  let isFrozen = false;
  /** Messages arrive in order, in a later turn, as copies. */
  const post = <Message>(message: Message, arrive: () => (message: Message) => void): void => {
    const copy = structuredClone(message);
    setImmediate(() => arrive()(copy));
  };
  const end = (how: string): void => {
    if (isOver) return;
    isOver = true;
    setImmediate(() => tellEnd(how));
  };
  const member = joinByChannel(lifecycle, {
    identity,
    clock: skewed,
    channel: {
      async send(message) {
        if (!isOver && !isFrozen) post(message, () => toParent);
        if (isFrozen) await new Promise(() => {});
      },
      onMessage(listener) {
        toShard = listener;
      },
      onGone() {},
      release() {},
    },
  });
  setUp({
    identity,
    lifecycle,
    member,
    get isOver() {
      return isOver;
    },
    crash: () => end('was killed by SIGKILL'),
    freeze() {
      isFrozen = true;
    },
  });
  // Not run(): what that registers with the process would outlive shards that are never stopped.
  lifecycle.start().catch(() => {});
  void lifecycle.stopped.then(({ exit }) => !isFrozen && end(`exited with code ${exit.code}`));
  return {
    worker: undefined as never, // nothing here looks at it
    send: (message) => post(message, () => (isOver || isFrozen ? () => {} : toShard)),
    onMessage(listener) {
      toParent = listener;
    },
    onEnd(listener) {
      tellEnd = listener;
    },
    kill: () => end('was terminated'),
  };
}

/** Lets messages arrive and moves time on until `promise` has settled; fails when it has not after `limitMs`. */
export async function settleWithin<Value>(
  clock: ManualClock,
  promise: Promise<Value>,
  limitMs: number,
  stepMs = 50,
): Promise<Value> {
  const settling = new AbortController();
  const settled = (): void => settling.abort();
  promise.then(settled, settled);
  for (let passedMs = 0; ; passedMs += stepMs) {
    for (let turn = 0; turn < 12 && !settling.signal.aborted; turn += 1) await clock.settle();
    if (settling.signal.aborted) return promise;
    if (passedMs > limitMs) throw new Error(`not settled after ${limitMs} ms`);
    await clock.advance(stepMs);
  }
}
