import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';

/** Answers an upgrade with 503, so that its client goes elsewhere. */
export function refuseUpgrade(socket: Duplex, retryMs: number | undefined): void {
  const retry = retryMs === undefined ? '' : `Retry-After: ${Math.ceil(retryMs / 1_000)}\r\n`;
  const head = `HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n${retry}Content-Length: 0\r\n\r\n`;
  socket.on('error', () => socket.destroy());
  socket.end(head, () => socket.destroy());
}

/**
 * Answers upgrades that nobody listens for any more: Node.js would take them for ordinary requests. The returned
 * function ends it.
 */
export function refuseUpgrades(server: EventEmitter, retryMs: number | undefined): () => void {
  if (server.listenerCount('upgrade') > 0) return () => {};
  const refuse = (_request: unknown, socket: Duplex): void => refuseUpgrade(socket, retryMs);
  server.on('upgrade', refuse);
  return () => void server.off('upgrade', refuse);
}
