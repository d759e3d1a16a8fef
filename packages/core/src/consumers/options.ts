import { OptionsError } from '../errors.js';
import { checkAbsent, checkObject, checkPort, checkText } from '../options/checks.js';
import { type Clock, systemClock } from '../ports/clock.js';

/** What a handler is given beside its message. */
export interface Handling {
  /** Aborts when the work in flight is cut: what ends after that is not acknowledged. One for all messages. */
  readonly signal: AbortSignal;
}

/** Does the work of one message. The message is acknowledged once it has resolved, so resolve when the work is durable. */
export type MessageHandler<Message> = (message: Message, handling: Handling) => unknown;

/** Options that all consumers have. All optional. */
export interface ConsumerOptions {
  /** The component's name. @default what it consumes from */
  readonly name?: string;
  /** Called when a handler or an acknowledgement has failed. @default a process warning */
  readonly onError?: (error: unknown) => void;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** {@link ConsumerOptions}, checked and complete. */
export interface ResolvedConsumerOptions {
  readonly name: string;
  readonly onError: (error: unknown) => void;
  readonly clock: Clock;
}

const commonOptions = { name: true, onError: true, clock: true } as const;

/**
 * Checks what all consumers have in common, and that there is no option but those and the adapter's own.
 * @throws OptionsError
 */
export function resolveConsumerOptions(
  options: ConsumerOptions,
  defaultName: string,
  own: Readonly<Record<string, true>> = {},
): ResolvedConsumerOptions {
  checkObject('options', options);
  checkAbsent(options, { ...commonOptions, ...own });
  const { name = defaultName, onError = warn, clock = systemClock } = options;
  checkText('name', name);
  checkFunction('onError', onError);
  checkPort('clock', clock, ['now', 'setTimer']);
  return { name, onError, clock };
}

/** Checks that a value is a function. */
export function checkFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw new OptionsError(option, 'must be a function', value);
}

/** Checks a whole number of 1 or more, if there is one. */
export function checkCount(option: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new OptionsError(option, 'must be a whole number, 1 or more', value);
  }
  return value;
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
