import type { StopContext } from '../contract/component.js';
import { WorkCutError } from '../errors.js';
import type { Timer } from '../ports/clock.js';
import { type Entry, InFlight, type Settled } from './in-flight.js';
import type { Handling, MessageHandler, ResolvedConsumerOptions } from './options.js';
import type { Source } from './source.js';
import { unlessAborted } from './unless-aborted.js';

/** Progress is told this often, in milliseconds. */
const progressEveryMs = 100;

/** The messages of one consumer that are in flight: from the handler's call to the acknowledgement. */
export class Consumption<Message> {
  /** What was fetched and has not been started. */
  readonly waiting: Message[] = [];
  /** When the latest message was started. */
  latestMs = 0;
  readonly #source: Source<Message>;
  readonly #options: ResolvedConsumerOptions;
  readonly #inFlight = new InFlight<Message>();
  readonly #cutter = new AbortController();
  readonly #handling: Handling = { signal: this.#cutter.signal };
  #refuses = false;
  #ended = 0;
  #notStarted = 0;
  #notAcknowledged = 0;
  #timer: Timer | undefined;
  #emptied: (() => void) | undefined;

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

  /** How many were done and could not be acknowledged so far. */
  get notAcknowledged(): number {
    return this.#notAcknowledged;
  }

  /** Whether new messages are given back instead of being handled. */
  get refuses(): boolean {
    return this.#refuses;
  }

  /** Handles one message and acknowledges it, or gives it back. Rejects only with what the source throws itself. */
  handle(message: Message, handler: MessageHandler<Message>): Promise<void> {
    if (this.#refuses) return this.giveBack(message);
    return new Promise((resolve, reject) => {
      this.start(message, handler, (thrown) => {
        if (thrown === undefined) resolve();
        else reject(toError(thrown));
      });
    });
  }

  /** {@link handle}, for sources that do not wait; `settled` is told what the source threw. A promise less for each message. */
  start(message: Message, handler: MessageHandler<Message>, settled: Settled): void {
    const entry = this.enter(message, settled);
    try {
      const work = handler(message, this.#handling);
      if (isThenable(work)) {
        work.then(
          () => this.#acknowledge(entry),
          (cause) => this.#fail(entry, cause),
        );
      } else this.#acknowledge(entry);
    } catch (cause) {
      this.#fail(entry, cause);
    }
  }

  /** A message is in flight, for a source that calls handlers itself. */
  enter(message: Message, settled?: Settled): Entry<Message> {
    this.latestMs = this.#options.clock.now();
    return this.#inFlight.add(message, this.latestMs, settled);
  }

  /** It has ended. */
  leave(entry: Entry<Message>): void {
    if (this.#inFlight.delete(entry)) this.#ended += 1;
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
    if (this.#inFlight.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    const progress = this.#tellProgress(stop);
    try {
      await unlessAborted(stop.signal, emptied);
    } finally {
      progress.cancel();
    }
  }

  /** Keeps telling the broker that the messages in flight are worked on: longer than messages are fetched. */
  keepAlive(): void {
    const { keepAliveMs } = this.#source;
    if (keepAliveMs === undefined) return;
    const { clock } = this.#options;
    this.#timer = clock.setTimer(() => {
      const untilMs = clock.now() - keepAliveMs / 2;
      for (const { message, sinceMs } of this.#inFlight.list()) {
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
    const entries = this.#inFlight.list();
    for (const entry of entries) this.#inFlight.delete(entry);
    const cut = entries.map(({ message, sinceMs }) => {
      return { name: this.#source.nameOf(message), ageMs: nowMs - sinceMs };
    });
    if (cut[0] !== undefined) this.#cutter.abort(new WorkCutError(cut[0].name, 'last-ditch'));
    for (const entry of entries) this.#cutOne(entry);
    this.#emptied?.();
    return cut;
  }

  #acknowledge(entry: Entry<Message>): void {
    try {
      const sent = this.#inFlight.has(entry) ? this.#source.done?.(entry.message) : undefined;
      if (sent === undefined) return this.#end(entry);
      sent.then(
        () => this.#end(entry),
        (cause) => this.#failToAcknowledge(entry, cause),
      );
    } catch (cause) {
      this.#failToAcknowledge(entry, cause);
    }
  }

  #failToAcknowledge(entry: Entry<Message>, cause: unknown): void {
    if (this.#inFlight.has(entry)) this.#notAcknowledged += 1;
    this.#fail(entry, cause);
  }

  #fail(entry: Entry<Message>, cause: unknown): void {
    void this.#failed(entry, cause).then((thrown) => this.#end(entry, thrown));
  }

  #end(entry: Entry<Message>, thrown?: unknown): void {
    this.leave(entry);
    entry.settled?.(thrown);
  }

  #cutOne({ message, settled }: Entry<Message>): void {
    const { cutError } = this.#source;
    if (cutError === undefined) this.#attempt(() => this.#source.giveBack?.(message, 'cut'));
    else settled?.(cutError());
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

  /**
   * By a timer: a look at each message that ends would be new to the code that V8 has compiled for them while the service ran,
   * and make it throw that away when it is needed most.
   */
  #tellProgress(stop: StopContext): Timer {
    const { clock } = this.#options;
    let timer: Timer | undefined;
    const tell = (): void => {
      stop.progress({ message: `${this.size} messages in flight`, remaining: this.size });
      timer = clock.setTimer(tell, progressEveryMs);
    };
    tell();
    return { cancel: () => timer?.cancel() };
  }
}

/** What a source threw, as an error. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('the message was not handled', { cause: thrown });
}

/** Whatever a handler gives back: a promise of its own kind would not be an instance of ours. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
