import { CommitError } from '../errors.js';
import type { Timer } from '../ports/clock.js';
import {
  type GroupCommitOptions,
  type ResolvedGroupCommitOptions,
  resolveGroupCommitOptions,
} from './options.js';

/** Writes items in batches and acknowledges each one after the sync that made it durable; see `docs/durability.md`. */
export interface GroupCommit<Item> {
  /** How many items are not durable yet. */
  readonly pending: number;
  /**
   * Appends an item; resolves when it is durable. Rejects with a `CommitError` when its batch could not be written
   * or synced, or when one before it could not: whether it is on the disk is then unknown.
   */
  append(item: Item): Promise<void>;
  /**
   * Appends an item for somebody who was answered from memory already. Whether it became durable is told by the next
   * `barrier()`.
   * @throws CommitError when an earlier batch failed: nobody must be answered any more
   */
  buffer(item: Item): void;
  /**
   * Writes and syncs what was appended so far, without a wait; resolves when it is durable. Rejects with a
   * `CommitError` when any batch ever failed. What a `persist` hook calls.
   */
  barrier(): Promise<void>;
}

/**
 * Creates a group commit.
 *
 * ```
 *   append  a b c ─┐            d e f g ─┐                    h
 *   disk           └─ write ─ sync ┐     └─ write ─ sync ┐    └ …      one batch at a time
 *   answered                       a b c                 d e f g       only after its own sync
 * ```
 * @throws OptionsError
 */
export function createGroupCommit<Item>(options: GroupCommitOptions<Item>): GroupCommit<Item> {
  return new Committer(resolveGroupCommitOptions(options));
}

interface Waiting<Item> {
  readonly item: Item;
  readonly size: number;
  /** Undefined for an item that nobody waits for. */
  readonly settle: ((error: CommitError | undefined) => void) | undefined;
}

class Committer<Item> implements GroupCommit<Item> {
  readonly #options: ResolvedGroupCommitOptions<Item>;
  readonly #barriers: { readonly upTo: number; settle(error: CommitError | undefined): void }[] = [];
  #queue: Waiting<Item>[] = [];
  #queuedSize = 0;
  #appended = 0;
  #durable = 0;
  #isBusy = false;
  #timer: Timer | undefined;
  #failure: CommitError | undefined;

  constructor(options: ResolvedGroupCommitOptions<Item>) {
    this.#options = options;
  }

  get pending(): number {
    return this.#appended - this.#durable;
  }

  append(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: CommitError | undefined): void =>
        error === undefined ? resolve() : reject(error);
      if (this.#failure === undefined) this.#enqueue(item, settle);
      else settle(this.#failure);
    });
  }

  buffer(item: Item): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#enqueue(item, undefined);
  }

  barrier(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: CommitError | undefined): void =>
        error === undefined ? resolve() : reject(error);
      if (this.#failure !== undefined || this.pending === 0) return settle(this.#failure);
      this.#barriers.push({ upTo: this.#appended, settle });
      this.#commitNow();
    });
  }

  #enqueue(item: Item, settle: Waiting<Item>['settle']): void {
    const size = this.#options.sizeOf(item);
    this.#queue.push({ item, size, settle });
    this.#queuedSize += size;
    this.#appended += 1;
    if (this.#isBusy) return;
    if (this.#queue.length >= this.#options.maxItems || this.#queuedSize >= this.#options.maxSize) {
      this.#commitNow();
    } else {
      this.#timer ??= this.#options.clock.setTimer(() => this.#commitNow(), this.#options.maxDelayMs);
    }
  }

  #commitNow(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.#isBusy) void this.#commitAll();
  }

  /** One batch after the other, until nothing is queued: what came meanwhile has waited long enough. */
  async #commitAll(): Promise<void> {
    this.#isBusy = true;
    while (this.#queue.length > 0 && this.#failure === undefined) await this.#commit(this.#takeBatch());
    this.#isBusy = false;
  }

  async #commit(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.#options.write(batch.map(({ item }) => item));
      await this.#options.sync();
    } catch (cause) {
      this.#fail(batch, cause);
      return;
    }
    this.#durable += batch.length;
    for (const { settle } of batch) settle?.(undefined);
    while ((this.#barriers[0]?.upTo ?? Number.POSITIVE_INFINITY) <= this.#durable) {
      this.#barriers.shift()?.settle(undefined);
    }
  }

  /**
   * After a failed fsync the kernel may have dropped what it could not write, and say yes to the next one (Rebello et
   * al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020), so nothing is acknowledged any more.
   */
  #fail(batch: readonly Waiting<Item>[], cause: unknown): void {
    const error = new CommitError('a batch could not be made durable, so nothing after it is acknowledged', {
      cause,
    });
    this.#failure = error;
    for (const { settle } of [...batch, ...this.#queue]) settle?.(error);
    for (const { settle } of this.#barriers.splice(0)) settle(error);
    this.#queue = [];
    this.#queuedSize = 0;
  }

  #takeBatch(): readonly Waiting<Item>[] {
    const { maxItems, maxSize } = this.#options;
    let size = 0;
    let count = 0;
    for (const next of this.#queue) {
      if (count === maxItems || (count > 0 && size + next.size > maxSize)) break;
      size += next.size;
      count += 1;
    }
    this.#queuedSize -= size;
    return this.#queue.splice(0, count);
  }
}
