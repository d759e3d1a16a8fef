import { createServer } from 'node:http';
import { jetstream } from '@nats-io/jetstream';
import { createLifecycle } from '@quiesce/core';
import { httpServer } from '@quiesce/core/http';
import { natsConnection } from '@quiesce/core/nats';
import { connectPipeline } from './streams.mjs';

// HTTP in, a stream out: an order is accepted (202) when the stream has it.
const { client } = await connectPipeline();
const connection = natsConnection(client);
const server = createServer((request, response) => {
  const id = request.url?.slice(1) ?? '';
  connection
    .run(() => jetstream(client).publish(`orders.${id}`, id, { msgID: id }))
    .then(() => response.writeHead(202).end())
    .catch(() => response.writeHead(503).end());
});

const lifecycle = createLifecycle({ name: 'gateway' });
const nats = lifecycle.add(connection);
lifecycle.add(httpServer(server, { port: 0, host: '127.0.0.1' }), { dependsOn: [nats] });
lifecycle.on('state', ({ state }) => {
  const address = server.address();
  if (state === 'running' && typeof address === 'object') console.log('running', address?.port);
});
await lifecycle.run();
