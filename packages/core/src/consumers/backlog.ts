import type { Consumption } from './consumption.js';
import type { MessageHandler } from './options.js';
import { unlessAborted } from './unless-aborted.js';

/** What was fetched and waits for its turn, so that so many messages and no more are handled at once. */
export class Backlog<Message> {
  readonly #consumption: Consumption<Message>;
  readonly #handler: MessageHandler<Message>;
  readonly #onError: (error: unknown) => void;
  concurrency: number;
  #largest = 0;
  #halfEmpty: (() => void) | undefined;
  #roomy: (() => void) | undefined;

  constructor(
    consumption: Consumption<Message>,
    handler: MessageHandler<Message>,
    { concurrency, onError }: { readonly concurrency: number; readonly onError: (error: unknown) => void },
  ) {
    this.#consumption = consumption;
    this.#handler = handler;
    this.concurrency = concurrency;
    this.#onError = onError;
  }

  /** Handles a message now, or when its turn has come, or gives it back when there is to be no turn any more. */
  add(message: Message): void {
    const { waiting, size, refuses } = this.#consumption;
    if (refuses) void this.#consumption.giveBack(message).catch(this.#onError);
    else if (size < this.concurrency && waiting.length === 0) this.#start(message);
    else this.#largest = Math.max(this.#largest, waiting.push(message));
  }

  /** Whether a message would have to wait for its turn. */
  get isFull(): boolean {
    return this.#consumption.size >= this.concurrency;
  }

  /** Resolves when a message could be handled now, or `signal` aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.isFull && !signal.aborted) {
      const isRoomy = new Promise<void>((resolve) => {
        this.#roomy = resolve;
      });
      await unlessAborted(signal, isRoomy);
    }
  }

  /** Resolves when half of what waited has had its turn: time to fetch more. */
  async half(signal: AbortSignal): Promise<void> {
    if (this.#isHalfEmpty()) return;
    const isHalfEmpty = new Promise<void>((resolve) => {
      this.#halfEmpty = resolve;
    });
    await unlessAborted(signal, isHalfEmpty);
    this.#halfEmpty = undefined;
  }

  /** Gives back everything that waits. */
  async giveBack(): Promise<void> {
    const waiting = this.#consumption.waiting.splice(0);
    await Promise.all(waiting.map((message) => this.#consumption.giveBack(message)));
  }

  readonly #settled = (error?: unknown): void => {
    if (error !== undefined) this.#onError(error);
    const { size, waiting } = this.#consumption;
    if (waiting.length > 0 && size < this.concurrency) this.#start(waiting.shift() as Message);
    if (this.#halfEmpty !== undefined && this.#isHalfEmpty()) {
      this.#halfEmpty();
      this.#halfEmpty = undefined;
    }
    this.#roomy?.();
    this.#roomy = undefined;
  };

  #start(message: Message): void {
    this.#consumption.start(message, this.#handler, this.#settled);
  }

  #isHalfEmpty(): boolean {
    const { length } = this.#consumption.waiting;
    if (length > this.#largest / 2) return false;
    this.#largest = length;
    return true;
  }
}
