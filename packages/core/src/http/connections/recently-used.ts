import type { Socket } from 'node:net';

/** The sockets that were accepted, or brought an answer, in one and the same millisecond of a coarse clock. */
interface Batch {
  readonly atMs: number;
  readonly sockets: Socket[];
}

/**
 * Which connections were used a moment ago. A list of moments, not something kept of each connection: a server may hold
 * ten thousand idle ones, and what they were used for long ago is of no interest.
 */
export class RecentlyUsed {
  #batches: Batch[] = [];
  #newest: Batch | undefined;

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** `atMs` is never before that of the last one. */
  note(socket: Socket, atMs: number): void {
    if (this.#newest?.atMs !== atMs) {
      this.#newest = { atMs, sockets: [] };
      this.#batches.push(this.#newest);
    }
    this.#newest.sockets.push(socket);
  }

  forgetUntil(atMs: number): void {
    this.#batches = this.#batches.filter((batch) => batch.atMs > atMs);
    if (this.isEmpty) this.#newest = undefined;
  }

  /** When each of them was used last, in milliseconds. */
  latest(): ReadonlyMap<Socket, number> {
    return new Map(this.#batches.flatMap(({ atMs, sockets }) => sockets.map((socket) => [socket, atMs])));
  }
}
