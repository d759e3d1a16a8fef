import type { Socket } from 'node:net';
import { createExactCheck, createPattern, uploadReceipt } from '../http1/body-check.js';
import type { Exchange } from '../http1/client-connection.js';
import { between, type Random } from '../statistics/seeded-random.js';

/** Makes the next request of a client. */
export type ExchangeFactory = (id: string, random: Random) => Exchange;

const DOWNLOAD_BYTES = 8 * 1024 * 1024;
/** 8 MiB in about 0.6 s: far slower than loopback, fast enough for runs of a second or two. */
const DOWNLOAD_BYTES_PER_MS = DOWNLOAD_BYTES / 600;
const UPLOAD_BLOCKS = 16;
const UPLOAD_BLOCK_BYTES = 16 * 1024;
const UPLOAD_BLOCK_EVERY_MS = 40;
const STREAM_LINES = 20;
const STREAM_LINE_EVERY_MS = 30;

const downloadBody = createPattern(DOWNLOAD_BYTES);
const uploadBlock = createPattern(UPLOAD_BLOCK_BYTES);
const uploadBody = Buffer.concat(Array.from({ length: UPLOAD_BLOCKS }, () => uploadBlock));

function head(method: string, target: string, fields = ''): string {
  return `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${fields}\r\n`;
}

function get(target: string, body: Buffer): Exchange {
  return { send: (socket) => socket.write(head('GET', target)), check: createExactCheck(body) };
}

/** A request whose handler takes `ms` milliseconds. */
export function timedWork(id: string, ms: number): Exchange {
  return get(`/work?id=${id}&ms=${ms}`, Buffer.from(`${id} done\n`));
}

/** A request whose handler takes up to 50 ms, and one in ten 300 ms. */
export const work: ExchangeFactory = (id, random) =>
  timedWork(id, random() < 0.1 ? 300 : Math.floor(between(random, 0, 51)));

/** A response that comes line by line, chunked, for 0.6 s. */
export const stream: ExchangeFactory = (id) => {
  const lines = Array.from({ length: STREAM_LINES }, (_, line) => `${id} ${line}\n`).join('');
  return get(`/stream?id=${id}&lines=${STREAM_LINES}&ms=${STREAM_LINE_EVERY_MS}`, Buffer.from(lines));
};

/** A body of 8 MiB that is written at once and read slowly. */
export const download: ExchangeFactory = (id) => ({
  ...get(`/download?id=${id}&bytes=${DOWNLOAD_BYTES}`, downloadBody),
  bytesPerMs: DOWNLOAD_BYTES_PER_MS,
});

/** A body of 256 KiB that is sent slowly. */
export const upload: ExchangeFactory = (id) => {
  let blocks = 0;
  const sendBlock = (socket: Socket): void => {
    if (socket.destroyed || !socket.writable) {
      return;
    }
    socket.write(uploadBlock);
    blocks += 1;
    if (blocks < UPLOAD_BLOCKS) {
      setTimeout(sendBlock, UPLOAD_BLOCK_EVERY_MS, socket);
    }
  };
  return {
    send(socket) {
      socket.write(head('POST', `/upload?id=${id}`, `Content-Length: ${uploadBody.length}\r\n`));
      sendBlock(socket);
    },
    check: createExactCheck(uploadReceipt(id, uploadBody)),
    isSent: () => blocks === UPLOAD_BLOCKS,
  };
};
