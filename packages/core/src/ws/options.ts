import type { StopNote } from '../contract/report.js';
import { OptionsError } from '../errors.js';
import { checkAbsent, checkDuration, checkObject, checkPort, checkText } from '../options/checks.js';
import { type Clock, systemClock } from '../ports/clock.js';

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

/** {@link WebSocketServerOptions}, checked and complete. */
export interface ResolvedWebSocketServerOptions<Client> {
  readonly name: string;
  readonly retryMs: number | undefined;
  readonly notify: FarewellWordsOptions<Client>['notify'];
  readonly clock: Clock;
  readonly code: number;
  readonly reason: string;
}

const known = { name: true, retryMs: true, notify: true, clock: true } as const;
const namedCodes: readonly unknown[] = [1001, 1012, 1013];
const mostReasonBytes = 123;
const hintBytes = Buffer.byteLength('; retry=1234567890');

/** The note of clients that never answered their close frame. */
export function noteUnanswered(count: number): StopNote {
  const message = `${count} clients had not answered their close frame when their connection ended`;
  return { code: 'unanswered-closes', message, count };
}

/** @throws OptionsError */
export function resolveWebSocketServerOptions<Client>(
  options: WebSocketServerOptions<Client>,
  ownOptions: Readonly<Record<string, true>> = { code: true, reason: true },
): ResolvedWebSocketServerOptions<Client> {
  checkObject('options', options);
  checkAbsent(options, { ...known, ...ownOptions });
  const {
    name = 'websockets',
    notify,
    clock = systemClock,
    code = 1001,
    reason = 'server is stopping',
  } = options;
  checkText('name', name);
  checkText('reason', reason);
  checkPort('clock', clock, ['now', 'setTimer']);
  const retryMs = checkDuration('retryMs', options.retryMs);
  if (notify !== undefined && typeof notify !== 'function') {
    throw new OptionsError('notify', 'must be a function', notify);
  }
  if (!namedCodes.includes(code) && !(Number.isInteger(code) && code >= 3000 && code <= 4999)) {
    throw new OptionsError('code', 'must be 1001, 1012, 1013, or from 3000 to 4999', code);
  }
  const mostBytes = mostReasonBytes - (retryMs === undefined ? 0 : hintBytes);
  if (Buffer.byteLength(reason) > mostBytes) {
    throw new OptionsError('reason', `must have ${mostBytes} bytes at most`, reason);
  }
  return { name, retryMs, notify, clock, code, reason };
}
