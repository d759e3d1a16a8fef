import type { Connection } from '../connections/connection.js';
import type { Acknowledgements } from './acknowledgements.js';

/** What any peer's kernel takes while its program does not read, in bytes: Linux' smallest default receive buffer. */
const alwaysTakenBytes = 64 * 1024;
/** Several round trips, in milliseconds. */
export const takenAfterMs = 500;
/**
 * For how long, from its last answer on, a silent peer is waited for where the kernel cannot be asked. Source: nginx
 * `lingering_timeout`.
 */
const blindLingerMs = 5_000;

/** Whether a peer's kernel has so many bytes after a while, for certain. */
export function isSurelyTaken(bytes: number): boolean {
  return bytes <= alwaysTakenBytes;
}

/** Whether so little was sent, and so long ago, that the kernel need not be asked. */
export function hasSurelyEverything(connection: Connection, nowMs: number): boolean {
  const { answerBytes, earlier, idleSinceMs, socket } = connection;
  if (nowMs - idleSinceMs < takenAfterMs || socket.writableLength > 0) return false;
  // Who asks again has read the answer before, unless it asks without waiting.
  const sentBytes = earlier === undefined ? answerBytes : undefined;
  return isSurelyTaken(sentBytes ?? socket.bytesWritten);
}

/** Whether the peer has everything, as far as the kernel can tell. */
export function isDelivered(
  { socket, idleSinceMs, departure }: Connection,
  acknowledgements: Acknowledgements | undefined,
  nowMs: number,
): boolean {
  if (acknowledgements !== undefined) return acknowledgements.has(socket);
  return nowMs - Math.max(idleSinceMs, departure?.heardAtMs ?? idleSinceMs) >= blindLingerMs;
}
