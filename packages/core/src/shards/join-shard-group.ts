import type { Lifecycle } from '../contract/lifecycle.js';
import { checkObject, checkPort } from '../options/checks.js';
import { processSignals } from '../ports/signal-source.js';
import { type MachineClock, machineClock } from './machine-clock.js';
import { openParentChannel, type ParentChannel } from './parent-channel.js';
import { createShardCounts } from './shard-counts.js';
import { type ShardIdentity, takeIdentity } from './shard-identity.js';
import { ShardLink } from './shard-link.js';

/** A shard's place in its group. */
export interface ShardMember {
  /** The name of the group. */
  readonly group: string;
  /** Its place in the group, from 0. */
  readonly index: number;
  /** How many shards the group has. */
  readonly count: number;
  /** 1 for the first one at this place; one more each time it is restarted or replaced. */
  readonly generation: number;
  /**
   * Says that messages were handed to the shard at `index`, before they are. The group counts as empty only when
   * that one has called `received` for each of them.
   */
  sent(index: number, messages?: number): void;
  /**
   * Says that messages of the shard at `index` were taken over. Take a work token before, for as long as the work
   * that they bring is going on.
   */
  received(index: number, messages?: number): void;
}

/** The signals of the process and the line to the parent, for tests. */
export interface JoinPorts {
  readonly identity: ShardIdentity;
  readonly channel: ParentChannel;
  readonly clock: MachineClock;
}

/**
 * Makes a lifecycle (created with `signals: false`) that of a shard: its stop is led by the parent's, in step with
 * the other shards. Called once, before `run()`, in the script that `shardGroup` was given.
 * @throws OptionsError outside a shard, or when the lifecycle has signals of its own
 */
export function joinShardGroup(lifecycle: Lifecycle): ShardMember {
  checkObject('lifecycle', lifecycle);
  checkPort('lifecycle', lifecycle, ['coordinate', 'run']);
  const identity = takeIdentity(process.env);
  return joinByChannel(lifecycle, {
    identity,
    channel: openParentChannel(processSignals),
    clock: machineClock,
  });
}

/** {@link joinShardGroup}, by a line that is open already. */
export function joinByChannel(lifecycle: Lifecycle, { identity, channel, clock }: JoinPorts): ShardMember {
  const counts = createShardCounts(identity.generations);
  const link = new ShardLink(lifecycle, { channel, clock, counts });
  lifecycle.coordinate(link);
  lifecycle.add({ name: 'shard-link', exit: (report) => link.report(report) });
  link.open();
  const { group, index, count, generation } = identity;
  return {
    group,
    index,
    count,
    generation,
    sent(to, messages = 1) {
      counts.sent(to, messages);
      link.countsChanged();
    },
    received(from, messages = 1) {
      counts.received(from, messages);
      link.countsChanged();
    },
  };
}
