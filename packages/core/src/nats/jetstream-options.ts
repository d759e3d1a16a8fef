import {
  type ConsumerOptions,
  checkCount,
  type ResolvedConsumerOptions,
  resolveConsumerOptions,
} from '../consumers/options.js';
import { checkBoolean, checkDuration, checkObject, checkPort } from '../options/checks.js';
import type { PullOptions } from './client.js';
import type { NatsConnection } from './nats-connection.js';

/** Options of {@link jetStreamConsumer}. All optional; durations in milliseconds. */
export interface JetStreamConsumerOptions extends ConsumerOptions {
  /** How many messages are handled at once; an ordered consumer has 1. @default 1 */
  readonly concurrency?: number;
  /** How much is fetched at once; the next when half of it was started. @default `max_messages` is the concurrency, 2 at least */
  readonly pull?: PullOptions;
  /** Whether the server confirms each acknowledgement before it counts as made. @default false */
  readonly confirm?: boolean;
  /** How often the server is told that a message is still worked on. @default a third of the consumer's `ack_wait` */
  readonly workingMs?: number;
  /**
   * How long the server waits before it delivers again what was not started or was cut: so long that none of it goes to a
   * request that is about to lose its receiver. @default 100
   */
  readonly giveBackDelayMs?: number;
  /** How long the server waits before it delivers again what failed. @default 1_000 */
  readonly retryDelayMs?: number;
  /** The connection it is over: then it moves with it, and no acknowledgement is sent while that is away. @default none */
  readonly connection?: NatsConnection;
}

/** {@link JetStreamConsumerOptions}, checked and complete. */
export interface ResolvedJetStreamConsumerOptions extends ResolvedConsumerOptions {
  readonly concurrency: number;
  readonly pull: PullOptions;
  readonly confirm: boolean;
  readonly workingMs: number | undefined;
  readonly giveBackDelayMs: number;
  readonly retryDelayMs: number;
  readonly connection: NatsConnection | undefined;
}

const own = {
  concurrency: true,
  pull: true,
  confirm: true,
  workingMs: true,
  giveBackDelayMs: true,
  retryDelayMs: true,
  connection: true,
} as const;

/**
 * Checks options and fills in what is not there.
 * @throws OptionsError
 */
export function resolveJetStreamConsumerOptions(
  options: JetStreamConsumerOptions,
): ResolvedJetStreamConsumerOptions {
  const common = resolveConsumerOptions(options, 'jetstream', own);
  const { pull, confirm = false, connection } = options;
  checkBoolean('confirm', confirm);
  checkPort('connection', connection, ['run', 'send', 'travelWith']);
  if (pull !== undefined) checkObject('pull', pull);
  const concurrency = checkCount('concurrency', options.concurrency, 1);
  return {
    ...common,
    concurrency,
    pull: { max_messages: Math.max(2, concurrency), ...pull },
    confirm,
    workingMs: checkDuration('workingMs', options.workingMs, 1),
    giveBackDelayMs: checkDuration('giveBackDelayMs', options.giveBackDelayMs, 1) ?? 100,
    retryDelayMs: checkDuration('retryDelayMs', options.retryDelayMs, 1) ?? 1_000,
    connection,
  };
}
