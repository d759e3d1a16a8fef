import { componentContract } from '@quiesce/core/testing';
import { describe, it } from 'vitest';
import { closeOf, serveWebSockets } from './support/web-socket-service.js';

componentContract({
  name: 'webSocketServer',
  async create() {
    const { component, connect, dispose } = await serveWebSockets();
    return {
      component,
      async begin() {
        const { client } = await connect();
        client.pause(); // so that its answer to the close frame waits
        return {
          async end() {
            const closed = closeOf(client);
            client.resume();
            await closed;
          },
        };
      },
      dispose,
    };
  },
  test: { describe, it },
});
