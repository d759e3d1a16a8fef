/* What is used of `pulsar-client` 1. */

/** A consumer, of any type of subscription. */
export interface PulsarConsumer<Message> {
  /** Rejects when nothing has come in time. */
  receive(timeoutMs?: number): Promise<Message>;
  acknowledge(message: Message): Promise<unknown>;
  negativeAcknowledge(message: Message): void;
  close(): Promise<unknown>;
}

/** A message. */
export interface PulsarMessage {
  getTopicName(): string;
  getMessageId(): { toString(): string };
}

/** A producer; a client without producers of its own has nothing to flush. */
export interface PulsarProducer {
  flush?(): Promise<unknown>;
  close(): Promise<unknown>;
}
