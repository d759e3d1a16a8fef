/**
 * Carries one datagram to the service manager, and rejects when it could not. It is called again only after the
 * call before has settled.
 */
export type NotifyTransport = (message: string) => Promise<void>;

/** A way to the service manager that is open. */
export interface OpenTransport {
  /** What it is, for logs. */
  readonly name: string;
  readonly send: NotifyTransport;
  /** Ends what it has started; nothing of it outlives the call. */
  close(): void;
}
