/** What the harness sends to a holder. */
export interface HoldWebSockets {
  readonly port: number;
  readonly connections: number;
  /** An address of its own for each holder: there are some 28,000 ports for each. */
  readonly localAddress: string;
}

/** One close frame, as its client saw it. */
export interface SeenClose {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly code: number;
}

/** What a holder answers: when all its WebSockets are open, and when all of them have been closed. */
export interface HolderMessage {
  readonly held?: number;
  readonly closes?: readonly SeenClose[];
}
