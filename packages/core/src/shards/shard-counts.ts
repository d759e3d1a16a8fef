import { checkCount } from './check-count.js';
import { shardId } from './shard-identity.js';

/** What a shard has exchanged with each other shard. */
export interface ShardCounts {
  sent(index: number, messages: number): void;
  received(index: number, messages: number): void;
  /** The shard at an index is another one: what comes from now on is not the old one's. */
  peerChanged(index: number, generation: number): void;
  toRecords(): {
    readonly sent: Readonly<Record<string, number>>;
    readonly received: Readonly<Record<string, number>>;
  };
}

/** Creates counts that are all 0; `generations` are those of the shards there are, by their index. */
export function createShardCounts(generations: readonly number[]): ShardCounts {
  const current = [...generations];
  const sent = new Map<string, number>();
  const received = new Map<string, number>();
  const add = (counts: Map<string, number>, index: number, messages: number): void => {
    checkCount('index', index, 0, current.length - 1);
    checkCount('messages', messages, 0);
    const id = shardId(index, current[index] ?? 1);
    counts.set(id, (counts.get(id) ?? 0) + messages);
  };
  return {
    sent: (index, messages) => add(sent, index, messages),
    received: (index, messages) => add(received, index, messages),
    peerChanged(index, generation) {
      current[index] = generation;
    },
    toRecords: () => ({ sent: Object.fromEntries(sent), received: Object.fromEntries(received) }),
  };
}
