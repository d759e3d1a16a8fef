import type { StopContext } from '../contract/component.js';
import { WorkCutError } from '../errors.js';
import type { Timer } from '../ports/clock.js';
import type { Handling, MessageHandler, ResolvedConsumerOptions } from './options.js';
import type { Source } from './source.js';
import { unlessAborted } from './unless-aborted.js';

/** A message that is being handled. */
export interface Entry<Message> {
  readonly message: Message;
  readonly sinceMs: number;
}

/** Progress is told at most this often, in milliseconds. */
const progressEveryMs = 100;

/** The messages of one consumer that are in flight: from the handler's call to the acknowledgement. */
export class Consumption<Message> {
  /** What was fetched and has not been started. */
  readonly waiting: Message[] = [];
  /** When the latest message was started. */
  latestMs = 0;
  readonly #source: Source<Message>;
  readonly #options: ResolvedConsumerOptions;
  readonly #inFlight = new Set<Entry<Message>>();
  readonly #cutter = new AbortController();
  readonly #handling: Handling = { signal: this.#cutter.signal };
  #refuses = false;
  #ended = 0;
  #notStarted = 0;
  #timer: Timer | undefined;
  #draining: StopContext | undefined;
  #emptied: (() => void) | undefined;
  #toldMs = 0;

  constructor(source: Source<Message>, options: ResolvedConsumerOptions) {
    this.#source = source;
    this.#options = options;
  }

  get size(): number {
    return this.#inFlight.size;
  }

  /** How many have ended so far. */
  get ended(): number {
    return this.#ended;
  }

  /** How many were given back without having been started. */
  get notStarted(): number {
    return this.#notStarted;
  }

  /** Whether new messages are given back instead of being handled. */
  get refuses(): boolean {
    return this.#refuses;
  }

  /** Handles one message and acknowledges it, or gives it back. Rejects only with what the source throws itself. */
  async handle(message: Message, handler: MessageHandler<Message>): Promise<void> {
    if (this.#refuses) return this.giveBack(message);
    const { thrown } = await new Promise<{ readonly thrown: unknown }>((resolve) => {
      this.start(message, handler, (cause) => resolve({ thrown: cause }));
    });
    if (thrown !== undefined)
      return Promise.reject(
        thrown instanceof Error ? thrown : new Error('the message was not handled', { cause: thrown }),
      );
  }

  /** {@link handle}, for sources that do not wait; `settled` is told what the source threw. A promise less for each message. */
  start(message: Message, handler: MessageHandler<Message>, settled: (thrown?: unknown) => void): void {
    const entry = this.enter(message);
    const leave = (thrown?: unknown): void => {
      this.leave(entry);
      settled(thrown);
    };
    const fail = (cause: unknown): void => {
      void this.#failed(entry, cause).then(leave);
    };
    const acknowledge = (): void => {
      try {
        const sent = this.#inFlight.has(entry) ? this.#source.done?.(message) : undefined;
        if (sent === undefined) leave();
        else sent.then(() => leave(), fail);
      } catch (cause) {
        fail(cause);
      }
    };
    try {
      const work = handler(message, this.#handling);
      if (isThenable(work)) work.then(acknowledge, fail);
      else acknowledge();
    } catch (cause) {
      fail(cause);
    }
  }

  /** A message is in flight, for a source that calls handlers itself. */
  enter(message: Message): Entry<Message> {
    this.latestMs = this.#options.clock.now();
    const entry: Entry<Message> = { message, sinceMs: this.latestMs };
    this.#inFlight.add(entry);
    return entry;
  }

  /** It has ended. */
  leave(entry: Entry<Message>): void {
    if (this.#inFlight.delete(entry)) this.#ended += 1;
    if (this.#draining !== undefined) this.#tellProgress(this.#draining);
    if (this.#inFlight.size === 0) this.#emptied?.();
  }

  /** Gives back a message that was fetched and is not going to be started. */
  async giveBack(message: Message): Promise<void> {
    this.#notStarted += 1;
    await this.#source.giveBack?.(message, 'not-started');
  }

  /** From now on whatever comes is given back. */
  refuse(): void {
    this.#refuses = true;
  }

  /** Resolves when nothing is in flight, or the hook is aborted. */
  async empty(stop: StopContext): Promise<void> {
    this.#draining = stop;
    if (this.#inFlight.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    await unlessAborted(stop.signal, emptied);
  }

  /** Keeps telling the broker that the messages in flight are worked on: longer than messages are fetched. */
  keepAlive(): void {
    const { keepAliveMs } = this.#source;
    if (keepAliveMs === undefined) return;
    const { clock } = this.#options;
    this.#timer = clock.setTimer(() => {
      const untilMs = clock.now() - keepAliveMs / 2;
      for (const { message, sinceMs } of this.#inFlight) {
        if (sinceMs <= untilMs) this.#attempt(() => this.#source.keepAlive?.(message));
      }
      for (const message of this.waiting) this.#attempt(() => this.#source.keepAlive?.(message));
      this.keepAlive();
    }, keepAliveMs);
  }

  /** Nothing is kept alive any more. */
  letGo(): void {
    this.#timer?.cancel();
  }

  /** Ends all that is in flight: none of it is acknowledged any more. Gives back what that was. */
  cut(): { readonly name: string; readonly ageMs: number }[] {
    this.refuse();
    this.letGo();
    const nowMs = this.#options.clock.now();
    const entries = [...this.#inFlight];
    this.#inFlight.clear();
    const cut = entries.map(({ message, sinceMs }) => {
      return { name: this.#source.nameOf(message), ageMs: nowMs - sinceMs };
    });
    if (cut[0] !== undefined) this.#cutter.abort(new WorkCutError(cut[0].name, 'last-ditch'));
    for (const { message } of entries) this.#attempt(() => this.#source.giveBack?.(message, 'cut'));
    this.#emptied?.();
    return cut;
  }

  #attempt(act: () => void | Promise<void>): void {
    const { onError } = this.#options;
    void (async () => act())().catch(onError);
  }

  /** Gives back what has failed; resolves with what the source throws at that. */
  async #failed(entry: Entry<Message>, cause: unknown): Promise<unknown> {
    this.#options.onError(cause);
    try {
      if (this.#inFlight.has(entry)) await this.#source.giveBack?.(entry.message, 'failed', cause);
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  }

  #tellProgress(stop: StopContext): void {
    const nowMs = this.#options.clock.now();
    if (nowMs - this.#toldMs < progressEveryMs) return;
    this.#toldMs = nowMs;
    stop.progress({ message: `${this.size} messages in flight`, remaining: this.size });
  }
}

/** Whatever a handler gives back: a promise of its own kind would not be an instance of ours. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
