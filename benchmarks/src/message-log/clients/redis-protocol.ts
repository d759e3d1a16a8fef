import { BATCH_MESSAGES, message } from '../batch.js';
import type { Protocol } from './batch-client.js';
import { LineReader } from './line-reader.js';

/**
 * Appends to a stream of Redis: a pipeline of XADD, each answered with the entry's id as a bulk string.
 * Source: the Redis serialization protocol, RESP2.
 */
export function redisProtocol(stream: string): Protocol {
  const words = ['XADD', stream, '*', 'm', message.toString('latin1')];
  const command = `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
  return {
    batch: Buffer.from(command.repeat(BATCH_MESSAGES), 'latin1'),
    createReader() {
      const lines = new LineReader();
      let ids = 0;
      return {
        read(chunk) {
          for (const line of lines.take(chunk)) {
            if (line.startsWith('-')) throw new Error(`Redis answered ${line}`);
            if (!line.startsWith('$')) ids += 1;
          }
          const acknowledged = Math.floor(ids / BATCH_MESSAGES);
          ids -= acknowledged * BATCH_MESSAGES;
          return { acknowledged };
        },
      };
    },
  };
}
