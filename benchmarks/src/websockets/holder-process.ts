// Holds WebSockets: as little of a client as the protocol allows, so that many fit into a process.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { HolderMessage, HoldWebSockets } from './holder-messages.js';

/** Opening more at once would measure the accept queue. */
const OPENING_AT_ONCE = 100;
const CLOSE_OPCODE = 0x88;
const MASK_BIT = 0x80;

/** When each close frame came, in milliseconds since the epoch, and its code. */
const closes: { readonly atMs: number; readonly code: number }[] = [];
let ended = 0;
let held = 0;

function upgrade(port: number): string {
  return (
    `GET /held HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`
  );
}

/** The answer to a close frame: the same code, masked with zeros. Source: RFC 6455, 5.2 and 5.5.1. */
function closeAnswer(code: Buffer): Buffer {
  return Buffer.concat([Buffer.from([CLOSE_OPCODE, MASK_BIT | code.length, 0, 0, 0, 0]), code]);
}

function onFrame(socket: Socket, frame: Buffer): void {
  if (frame[0] !== CLOSE_OPCODE) return;
  const code = frame.subarray(2, 4);
  closes.push({ atMs: Date.now(), code: code.readUInt16BE(0) });
  socket.write(closeAnswer(code));
}

function holdOne({ port, localAddress }: HoldWebSockets): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(upgrade(port)));
    socket.once('data', (answer: Buffer) => {
      if (!answer.toString('latin1').startsWith('HTTP/1.1 101 ')) {
        reject(new Error(answer.toString('latin1')));
        return;
      }
      held += 1;
      socket.on('data', (frame: Buffer) => onFrame(socket, frame));
      resolve();
    });
    socket.once('close', () => {
      ended += 1;
      if (ended === held && closes.length > 0) tell({ closes });
    });
  });
}

function tell(message: HolderMessage): void {
  process.send?.(message);
}

async function hold(command: HoldWebSockets): Promise<void> {
  let left = command.connections;
  const holdSome = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await holdOne(command);
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, holdSome));
  tell({ held });
}

process.once('disconnect', () => process.exit(0));
process.once('message', (command: HoldWebSockets) => void hold(command));
