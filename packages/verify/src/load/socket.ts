import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Target } from './assignment.js';

/**
 * Opens a connection to the server under test. Its certificate is not checked: the judge asks how the server stops,
 * not who it is.
 */
export function openSocket(target: Target, connected: () => void): Socket {
  const { host, port, name } = target;
  const socket = target.tls
    ? connectTls({ host, port, rejectUnauthorized: false, ...(name && { servername: name }) }, connected)
    : connectTcp({ host, port }, connected);
  socket.setNoDelay(true);
  return socket;
}
