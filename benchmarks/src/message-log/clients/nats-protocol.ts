import { BATCH_MESSAGES, message } from '../batch.js';
import type { Protocol } from './batch-client.js';
import { LineReader } from './line-reader.js';

/**
 * Publishes to a JetStream stream, asynchronously as its clients do it: each message with an inbox of the connection's
 * own, to which the stream sends its acknowledgement. Source: the NATS client protocol.
 */
export function natsProtocol(subject: string, inbox: string): Protocol {
  const publish = `PUB ${subject} ${inbox} ${message.length}\r\n${message.toString('latin1')}\r\n`;
  return {
    hello: Buffer.from(`CONNECT {"verbose":false,"pedantic":false}\r\nSUB ${inbox} 1\r\n`),
    batch: Buffer.from(publish.repeat(BATCH_MESSAGES), 'latin1'),
    createReader() {
      const lines = new LineReader();
      let stored = 0;
      return {
        read(chunk) {
          let reply: string | undefined;
          for (const line of lines.take(chunk)) {
            if (line === 'PING') reply = 'PONG\r\n';
            else if (line.startsWith('{')) {
              if (!line.includes('"seq":')) throw new Error(`JetStream answered ${line}`);
              stored += 1;
            } else if (line.startsWith('-ERR')) throw new Error(`nats-server answered ${line}`);
          }
          const acknowledged = Math.floor(stored / BATCH_MESSAGES);
          stored -= acknowledged * BATCH_MESSAGES;
          return { acknowledged, ...(reply === undefined ? {} : { reply }) };
        },
      };
    },
  };
}

/** Makes a stream of the file storage; rejects with what the server says. */
export const createStream = (stream: string, subject: string, inbox: string): Buffer => {
  const settings = JSON.stringify({
    name: stream,
    subjects: [subject],
    storage: 'file',
    retention: 'limits',
  });
  return Buffer.from(
    `CONNECT {"verbose":false}\r\nSUB ${inbox} 1\r\nPUB $JS.API.STREAM.CREATE.${stream} ${inbox} ${settings.length}\r\n${settings}\r\n`,
  );
};
