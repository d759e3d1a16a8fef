import { connect, createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { http2Server } from '@quiesce/core/http2';
import { componentContract } from '@quiesce/core/testing';
import { describe, it } from 'vitest';
import { holdAnswers } from './support/serve-http2.js';

componentContract({
  name: 'http2Server',
  test: { describe, it },
  create() {
    const held = holdAnswers();
    const server = createServer(held.listener);
    const component = http2Server(server, { port: 0, host: '127.0.0.1' });
    const ends: (() => void)[] = [];
    return {
      component,
      async begin() {
        const { port } = server.address() as AddressInfo;
        const session = connect(`http://127.0.0.1:${port}`);
        session.on('error', () => {});
        ends.push(() => session.destroy());
        const stream = session.request({ ':path': '/held' });
        stream.on('error', () => {});
        const answered = new Promise<void>((resolve) => {
          stream.resume().on('end', () => resolve());
        });
        await held.waiting(1);
        return {
          end() {
            held.answer();
            return answered;
          },
        };
      },
      dispose() {
        for (const end of ends) end();
        server.close();
      },
    };
  },
});
