import type { Socket } from 'node:net';

/**
 * When connections were used last, for as long as it was a moment ago: kept beside them and not in them, since a server may
 * hold ten thousand idle ones, and what they were used for long ago is of no interest.
 */
export class RecentlyUsed {
  /** In milliseconds. */
  readonly #lastUse = new Map<Socket, number>();

  get isEmpty(): boolean {
    return this.#lastUse.size === 0;
  }

  note(socket: Socket, atMs: number): void {
    this.#lastUse.set(socket, atMs);
  }

  forgetUntil(atMs: number): void {
    for (const [socket, lastMs] of this.#lastUse) if (lastMs <= atMs) this.#lastUse.delete(socket);
  }

  /** When one was used last; undefined when that was long ago. */
  lastUse(socket: Socket): number | undefined {
    return this.#lastUse.get(socket);
  }
}
