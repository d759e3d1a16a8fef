import type { Clock } from '../ports/clock.js';

/** What {@link webSocketServer} and {@link socketIoServer} have in common. All optional. */
export interface FarewellWordsOptions<Client> {
  /** The component's name. @default 'websockets' */
  readonly name?: string;
  /**
   * After how long clients are asked to come back, in milliseconds; each is told a time between half of it and the
   * whole. @default no hint
   */
  readonly retryMs?: number;
  /** Called before a client's connection is closed, to tell it in the service's own words. @default nobody is told more */
  readonly notify?: (client: Client, retryMs: number | undefined) => void;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** Options of {@link webSocketServer}. All optional. */
export interface WebSocketServerOptions<Client> extends FarewellWordsOptions<Client> {
  /** The close code: 1001 going away, 1012 service restart, 1013 try again later, or one from 3000 to 4999. @default 1001 */
  readonly code?: number;
  /**
   * The close reason, 123 bytes at most in all (RFC 6455, 5.5); `; retry=1234` follows it with `retryMs`.
   * @default 'server is stopping'
   */
  readonly reason?: string;
}
