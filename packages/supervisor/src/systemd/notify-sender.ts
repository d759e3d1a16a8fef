import type { Clock, Logger, Timer } from '@quiesce/core';
import { formatNotifyMessage, type NotifyState } from './notify-message.js';
import type { NotifyTransport } from './transports/transport.js';

/** Tells the service manager, in order, without anybody waiting for it. */
export interface NotifySender {
  /** Takes note of a state; what it replaces and has not gone out yet never will. */
  send(state: NotifyState): void;
  /** Resolves when all that was noted has gone out, or was given up. */
  settled(): Promise<void>;
  /** What has not gone out is forgotten. */
  close(): void;
}

/** What a sender needs. */
export interface NotifySenderPorts {
  readonly transport: NotifyTransport;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A message that fails goes out again so often, that late. */
const retryAfterMs: readonly number[] = [0, 250, 1_000];

/**
 * Sends one datagram at a time, and in the next all that came meanwhile: a slow way to the service manager makes it
 * hear less often, never late. A failure is logged once and is nobody else's.
 */
export function createNotifySender(ports: NotifySenderPorts): NotifySender {
  return new DatagramSender(ports);
}

class DatagramSender implements NotifySender {
  readonly #ports: NotifySenderPorts;
  readonly #waiting: (() => void)[] = [];
  #pending: NotifyState = {};
  #isSending = false;
  #isClosed = false;
  #failures = 0;
  #hasLogged = false;
  #retry: Timer | undefined;

  constructor(ports: NotifySenderPorts) {
    this.#ports = ports;
  }

  send(state: NotifyState): void {
    if (this.#isClosed) return;
    this.#pending = { ...this.#pending, ...state };
    this.#pump();
  }

  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#pump();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#pending = {};
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#pump();
  }

  #pump(): void {
    if (this.#isSending || this.#retry !== undefined) return;
    const state = this.#pending;
    if (Object.keys(state).length > 0) {
      this.#pending = {};
      void this.#transmit(state);
      return;
    }
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #transmit(state: NotifyState): Promise<void> {
    this.#isSending = true;
    try {
      await this.#ports.transport(formatNotifyMessage(state));
      this.#failures = 0;
    } catch (error) {
      this.#failed(state, error);
    }
    this.#isSending = false;
    this.#pump();
  }

  #failed(state: NotifyState, error: unknown): void {
    const { clock, logger } = this.#ports;
    if (this.#isClosed) return;
    const delayMs = retryAfterMs[this.#failures];
    if (delayMs === undefined) {
      this.#failures = 0;
      if (this.#hasLogged) return;
      this.#hasLogged = true;
      logger.warn({ err: error }, `the service manager could not be notified: ${String(error)}`);
      return;
    }
    this.#failures += 1;
    this.#pending = { ...state, ...this.#pending };
    this.#retry = clock.setTimer(() => {
      this.#retry = undefined;
      this.#pump();
    }, delayMs);
  }
}
