import { BATCH_MESSAGES, message } from '../batch.js';
import type { Protocol } from './batch-client.js';
import { LineReader } from './line-reader.js';

/** Appends to a partition of the message log: one request for each batch. */
export function httpProtocol(topic: string, partition: number): Protocol {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const body = Buffer.concat(Array.from({ length: BATCH_MESSAGES }, () => [length, message]).flat());
  const target = `/topics/${topic}/messages?partition=${partition}`;
  const head = `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${body.length}\r\n\r\n`;
  return {
    batch: Buffer.concat([Buffer.from(head), body]),
    createReader() {
      const lines = new LineReader();
      return {
        read(chunk) {
          // The body is one line of JSON that ends with a bare line feed: the next status line is glued to it.
          const heads = lines.take(chunk).filter((line) => line.includes('HTTP/1.1 '));
          const refused = heads.find((line) => !line.includes('HTTP/1.1 201'));
          if (refused !== undefined) throw new Error(`the log answered ${refused}`);
          return { acknowledged: heads.length };
        },
      };
    },
  };
}
