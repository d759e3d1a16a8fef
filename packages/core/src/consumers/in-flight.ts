/** A message that is being handled. */
export interface Entry<Message> {
  readonly message: Message;
  readonly sinceMs: number;
  /** Whoever handed it over, and waits for its end. */
  readonly settled: Settled | undefined;
}

/** Told when a message is over, and what the source threw. */
export type Settled = (thrown?: unknown) => void;

interface Link<Message> extends Entry<Message> {
  isIn: boolean;
  before: Link<Message> | undefined;
  after: Link<Message> | undefined;
}

/**
 * The messages in flight, in the order in which they came. Each is a link of a chain: to put it into a set and take it out
 * again would cost more than all else that is done for it.
 */
export class InFlight<Message> {
  #first: Link<Message> | undefined;
  #last: Link<Message> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(message: Message, sinceMs: number, settled: Settled | undefined): Entry<Message> {
    const before = this.#last;
    const link: Link<Message> = { message, sinceMs, settled, isIn: true, before, after: undefined };
    if (before === undefined) this.#first = link;
    else before.after = link;
    this.#last = link;
    this.#size += 1;
    return link;
  }

  has(entry: Entry<Message>): boolean {
    return (entry as Link<Message>).isIn;
  }

  /** False when it was not in flight any more. */
  delete(entry: Entry<Message>): boolean {
    const link = entry as Link<Message>;
    if (!link.isIn) return false;
    const { before, after } = link;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    link.isIn = false;
    this.#size -= 1;
    return true;
  }

  /** All of them, oldest first. */
  list(): Entry<Message>[] {
    const entries: Entry<Message>[] = [];
    for (let link = this.#first; link !== undefined; link = link.after) entries.push(link);
    return entries;
  }
}
