import { OptionsError } from '../errors.js';

/** Who a shard is in its group. */
export interface ShardIdentity {
  /** The name of the group. */
  readonly group: string;
  /** Its place in the group, from 0. */
  readonly index: number;
  /** How many shards the group has. */
  readonly count: number;
  /** 1 for the first one at this place; one more each time it is restarted or replaced. */
  readonly generation: number;
  /** The generations of all shards when this one was started, by their index. */
  readonly generations: readonly number[];
}

/** The environment variable in which a shard is told who it is: the one thing that all kinds of shards have. */
export const identityVariable = 'QUIESCE_SHARD';

/** The identity as the environment carries it. */
export function formatIdentity(identity: ShardIdentity): string {
  return JSON.stringify(identity);
}

/**
 * Takes the identity out of the environment, so that processes that the shard starts are not taken for shards.
 * @throws OptionsError where there is none
 */
export function takeIdentity(environment: NodeJS.ProcessEnv): ShardIdentity {
  const text = environment[identityVariable];
  if (text === undefined) {
    const rule =
      'must be there: joinShardGroup is called once, in a thread or process that shardGroup started';
    throw new OptionsError(identityVariable, rule, text);
  }
  delete environment[identityVariable];
  return JSON.parse(text) as ShardIdentity;
}

/** The id of a shard, which no other one of the group ever has. */
export function shardId(index: number, generation: number): string {
  return `${index}.${generation}`;
}
