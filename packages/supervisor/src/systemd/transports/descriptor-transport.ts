import { write } from 'node:fs';
import type { OpenTransport } from './transport.js';

/**
 * Writes to a descriptor that is connected to the service manager's socket. No process is started, and the datagram
 * comes from this one, so that `NotifyAccess=main` is enough.
 */
export function openDescriptorTransport(descriptor: number): OpenTransport {
  return {
    name: `descriptor ${descriptor}`,
    send: (message) =>
      new Promise((resolve, reject) => {
        // In the thread pool: it blocks while the service manager's queue is full.
        write(descriptor, message, (error) => (error === null ? resolve() : reject(error)));
      }),
    close() {},
  };
}
