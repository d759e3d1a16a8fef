/*
 * What is used of the NATS clients: of `nats` 2 and of `@nats-io/transport-node`, `@nats-io/jetstream` and
 * `@nats-io/services` 3 alike.
 */

/** What a connection tells of itself; `ldm` when its server is about to go. */
export interface NatsStatus {
  readonly type: string;
}

/** A connection to NATS. */
export interface NatsClient {
  /** `connect_urls` has the other servers of the cluster. */
  readonly info?: { readonly connect_urls?: readonly string[] } | undefined;
  status(): AsyncIterable<NatsStatus>;
  flush(): Promise<void>;
  drain(): Promise<void>;
  close(): Promise<void>;
  closed(): Promise<unknown>;
  isClosed(): boolean;
  isDraining(): boolean;
  reconnect(): Promise<void>;
}

/** A message of a stream. */
export interface JetStreamMessage {
  readonly subject: string;
  /** Its sequence in the stream. */
  readonly seq: number;
  ack(): void;
  ackAck(): Promise<boolean>;
  nak(delayMs?: number): void;
  working(): void;
}

/** How much is fetched at once, as the client has it; all optional, durations in milliseconds. */
export interface PullOptions {
  readonly max_messages?: number;
  readonly expires?: number;
  readonly idle_heartbeat?: number;
}

/** Messages as they come in. */
export interface JetStreamMessages<Message> extends AsyncIterable<Message> {
  close(): Promise<unknown>;
}

/** A pull consumer, ordered or not. */
export interface JetStreamConsumer<Message extends JetStreamMessage> {
  fetch(options?: PullOptions): Promise<JetStreamMessages<Message>>;
  info(cached?: boolean): Promise<JetStreamConsumerInfo>;
}

/** What is asked of a consumer's configuration. */
export interface JetStreamConsumerInfo {
  readonly config: {
    /** In nanoseconds. */
    readonly ack_wait?: number | undefined;
    /** `none` for an ordered consumer. */
    readonly ack_policy?: string | undefined;
  };
}
