import type { StartContext, StopContext } from '../contract/component.js';

/**
 * Why a message is given back: it was fetched and never started, it was cut, or its handler failed. Only the last one says
 * anything against the message.
 */
export type GivenBack = 'not-started' | 'cut' | 'failed';

/** Where messages come from, and where the word on each of them goes to; what differs from broker to broker. */
export interface Source<Message> {
  /** A message as an operator would recognise it. */
  nameOf(message: Message): string;
  /** Begins to bring messages. */
  open?(context: StartContext): void | Promise<void>;
  /** Asks for no more. Settles when nothing comes any more, and what had come is handed over or given back. */
  close(stop: StopContext): void | Promise<void>;
  /** Settles when what is in flight has ended, for a source that knows better. @default when all handlers have */
  finish?(): Promise<unknown>;
  /** Lets others take over, when nothing is in flight any more: before anything is persisted. */
  leave?(): Promise<void>;
  /** What comes while it closes is handled, because nobody else would get it. @default it is given back */
  readonly handlesRest?: boolean;
  /** The work of a message is done: acknowledges it. */
  done?(message: Message): void | Promise<unknown>;
  /** Gives a message back to the broker, for somebody else. May throw, for whoever handed it over. */
  giveBack?(message: Message, why: GivenBack, error?: unknown): void | Promise<void>;
  /** With what whoever handed over a message that is cut is told so, instead of it being given back. */
  cutError?(): Error;
  /** Tells the broker that the message is still being worked on. */
  keepAlive?(message: Message): void | Promise<void>;
  /** How often to tell it, in milliseconds; undefined when it need not be told. */
  readonly keepAliveMs?: number | undefined;
  /** Gives back the connection, the membership in the group, or whatever else the source holds. */
  release?(stop: StopContext): void | Promise<void>;
}
