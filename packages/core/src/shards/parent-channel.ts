import cluster from 'node:cluster';
import { isMainThread, parentPort } from 'node:worker_threads';
import { OptionsError } from '../errors.js';
import type { SignalSource } from '../ports/signal-source.js';
import { parseToShard, type ToParent, type ToShard, toEnvelope } from './messages.js';

/** A shard's line to its parent. */
export interface ParentChannel {
  /** Resolves when the message has left; never rejects: whether the parent is there is heard by `onGone`. */
  send(message: ToParent): Promise<void>;
  onMessage(listener: (message: ToShard) => void): void;
  /** The parent is gone; it never is for a thread, which dies with it. */
  onGone(listener: () => void): void;
  /** The line keeps the shard alive no longer. */
  release(): void;
}

/**
 * The signals that a terminal or a service manager sends to a whole process group. The parent leads the stop, so its
 * shards are deaf to them; see `docs/shards.md`.
 */
const groupSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Opens the line to whoever started this thread or process.
 * @throws OptionsError when there is none
 */
export function openParentChannel(signalSource: SignalSource): ParentChannel {
  if (!isMainThread && parentPort !== null) return openThreadChannel(parentPort);
  if (process.send === undefined) {
    const rule = 'must be called in a worker thread, or in a process with an IPC channel to its parent';
    throw new OptionsError('joinShardGroup', rule, undefined);
  }
  for (const signal of groupSignals) signalSource.on(signal, () => {});
  return openProcessChannel();
}

function openThreadChannel(port: NonNullable<typeof parentPort>): ParentChannel {
  return {
    send(message) {
      port.postMessage(toEnvelope(message));
      return Promise.resolve();
    },
    onMessage(listener) {
      port.on('message', (value) => {
        const message = parseToShard(value);
        if (message !== undefined) listener(message);
      });
    },
    onGone() {},
    release: () => port.unref(),
  };
}

function openProcessChannel(): ParentChannel {
  return {
    send(message) {
      return new Promise((resolve) => {
        if (!process.connected) return resolve();
        process.send?.(toEnvelope(message), undefined, undefined, () => resolve());
      });
    },
    onMessage(listener) {
      process.on('message', (value) => {
        const message = parseToShard(value);
        if (message !== undefined) listener(message);
      });
    },
    onGone(listener) {
      const { worker } = cluster;
      const gone = (): void => {
        // Without this, Node.js ends a cluster worker here, at once and with code 0 (lib/internal/cluster/child.js).
        if (worker !== undefined) worker.exitedAfterDisconnect = true;
        listener();
      };
      if (worker === undefined) process.once('disconnect', gone);
      else worker.once('disconnect', gone);
      if (!process.connected) gone();
    },
    release: () => process.channel?.unref(),
  };
}
