export { joinShardGroup, type ShardMember } from './join-shard-group.js';
export type { ShardGroupOptions, ShardKind, SpawnedShard } from './options.js';
export type { ReplaceOptions } from './replace-shards.js';
export type { RestartOptions } from './restart-policy.js';
export type { ShardState } from './shard.js';
export { type ShardGroup, type ShardStatus, shardGroup } from './shard-group.js';
export type { ShardWorker } from './shard-host.js';
