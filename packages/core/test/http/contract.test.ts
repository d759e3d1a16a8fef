import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { type HttpServerOptions, httpServer } from '@quiesce/core/http';
import { type ContractSubject, componentContract } from '@quiesce/core/testing';
import { describe, it } from 'vitest';

/** A server whose one request ends when the test says so. */
function createSubject(options: HttpServerOptions): ContractSubject {
  const responses: ServerResponse[] = [];
  let told: (() => void) | undefined;
  const server = createServer((_request, response) => {
    responses.push(response);
    told?.();
  });
  const clients = new Set<Socket>();
  return {
    component: httpServer(server, { port: 0, host: '127.0.0.1', idleWindowMs: 20, ...options }),
    async begin() {
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
      clients.add(client);
      client.on('error', () => client.destroy());
      const requested = new Promise<void>((resolve) => {
        told = resolve;
      });
      client.write('GET /work HTTP/1.1\r\nHost: test\r\n\r\n');
      await requested;
      return {
        async end() {
          const answered = new Promise((resolve) => {
            client.once('end', resolve);
          });
          client.resume();
          responses[0]?.end('done');
          await answered;
        },
      };
    },
    dispose() {
      for (const client of clients) client.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

componentContract({ name: 'httpServer', create: () => createSubject({}), test: { describe, it } });
componentContract({
  name: 'httpServer with serveAndRefuse',
  create: () => createSubject({ serveAndRefuse: true }),
  test: { describe, it },
});
