import { OptionsError } from '../errors.js';
import { checkAbsent, checkDuration, checkObject, checkPort, checkText } from '../options/checks.js';
import { type Clock, systemClock } from '../ports/clock.js';
import type { FarewellWordsOptions, WebSocketServerOptions } from './options.js';

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
