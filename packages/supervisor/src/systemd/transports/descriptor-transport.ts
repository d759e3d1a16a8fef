import { write } from 'node:fs';
import type { NotifyTransport } from '../notify-sender.js';

/**
 * Writes to a descriptor that is connected to the service manager's socket. No process is started, and the datagram
 * comes from this one, so that `NotifyAccess=main` is enough.
 */
export function createDescriptorTransport(descriptor: number): NotifyTransport {
  return (message) =>
    new Promise((resolve, reject) => {
      // In the thread pool: it blocks while the service manager's queue is full.
      write(descriptor, message, (error) => (error === null ? resolve() : reject(error)));
    });
}
