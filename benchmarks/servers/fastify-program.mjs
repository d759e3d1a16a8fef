// The same work behind Fastify's own routing and replies.
import Fastify from 'fastify';
import { announceListening, port, sayServed, serverOptions } from './node-program.mjs';
import { runWork } from './work.mjs';

/** A Fastify application that does the work and knows nothing of stopping. */
export function createApplication() {
  const app = Fastify({ logger: { level: 'silent' }, ...serverOptions });
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.all('/*', async (request, reply) => {
    sayServed(request.raw);
    const answer = await runWork(request.raw.url, request.body);
    return answer === undefined ? reply.code(404).send('') : reply.send(answer);
  });
  return app;
}

/** Listens on loopback and tells the harness where. */
export async function listen(app) {
  await app.listen({ port, host: '127.0.0.1' });
  announceListening(app.server.address());
}
