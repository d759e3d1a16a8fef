import type { StopStep } from '../contract/coordinator.js';
import type { StopMode } from '../contract/modes.js';
import type { PhaseOutcome, ShutdownReport } from '../contract/report.js';

/**
 * What a shard has in flight and has exchanged with the others. Counts only grow: when two pictures are the same and
 * `open` is 0 in both, nothing happened in between.
 */
export interface ShardWork {
  /** Work tokens that are out. */
  readonly open: number;
  /** Work tokens that were ever taken. */
  readonly entered: number;
  /** Messages handed to each other shard so far, by its id. */
  readonly sent: Readonly<Record<string, number>>;
  /** Messages taken over from each other shard so far, by its id. */
  readonly received: Readonly<Record<string, number>>;
}

/** What the parent says to a shard. Instants are on the machine's monotonic clock, in milliseconds. */
export interface ToShardMap {
  /** Stop, or climb to a stronger mode, by the one deadline. */
  readonly stop: { readonly mode: StopMode; readonly reason: string; readonly deadlineMs: number };
  /** This step, and all before it, may begin, and must be over by `endMs`. */
  readonly begin: { readonly step: StopStep; readonly endMs: number };
  /** No permit is needed any more: the shard stops for itself. */
  readonly alone: object;
  /** Answer with a `census`. */
  readonly probe: { readonly wave: number };
  /** The group is empty: the drain may end. */
  readonly 'end-drain': object;
  /** The shard at an index is another one from now on. */
  readonly peer: { readonly index: number; readonly generation: number };
}

/** What a shard says to its parent. */
export interface ToParentMap {
  /** It hears what it is told from now on. */
  readonly joined: object;
  /** All its components have started. */
  readonly ready: object;
  /** It stops without having been told to. */
  readonly stopping: { readonly reason: string };
  /** A step is over, or was passed over. */
  readonly done: { readonly step: StopStep; readonly outcome: PhaseOutcome };
  /** Its drain hooks have settled, and it has no work at this moment. */
  readonly idle: { readonly work: ShardWork };
  readonly census: { readonly wave: number; readonly isDrained: boolean; readonly work: ShardWork };
  /** How its stop went; only its end can follow. */
  readonly report: { readonly report: ShutdownReport };
}

/** Marks our messages among those that the two sides exchange for themselves on the same channel. */
const protocol = 'quiesce.shards/1';

type Message<Map> = { readonly [Type in keyof Map]: { readonly type: Type } & Map[Type] }[keyof Map];

/** One message to a shard. */
export type ToShard = Message<ToShardMap>;
/** One message to the parent. */
export type ToParent = Message<ToParentMap>;

const toShardTypes: Readonly<Record<ToShard['type'], true>> = {
  stop: true,
  begin: true,
  alone: true,
  probe: true,
  'end-drain': true,
  peer: true,
};
const toParentTypes: Readonly<Record<ToParent['type'], true>> = {
  joined: true,
  ready: true,
  stopping: true,
  done: true,
  idle: true,
  census: true,
  report: true,
};

/** What is put on the channel for a message. */
export function toEnvelope(message: ToShard | ToParent): object {
  return { quiesce: protocol, ...message };
}

/** The message to a shard that came by the channel; undefined for what is not ours. */
export function parseToShard(value: unknown): ToShard | undefined {
  return isEnvelope(value, toShardTypes) ? (value as unknown as ToShard) : undefined;
}

/** The message to the parent that came by the channel; undefined for what is not ours. */
export function parseToParent(value: unknown): ToParent | undefined {
  return isEnvelope(value, toParentTypes) ? (value as unknown as ToParent) : undefined;
}

function isEnvelope(value: unknown, types: object): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const type: unknown = Reflect.get(value, 'type');
  return Reflect.get(value, 'quiesce') === protocol && typeof type === 'string' && Object.hasOwn(types, type);
}
