import { readFileSync } from 'node:fs';
import { createSecureServer, createServer } from 'node:http2';
import { createLifecycle } from '@quiesce/core';
import { http2Server } from '@quiesce/core/http2';

const { KEY_FILE: keyFile, CERTIFICATE_FILE: certificateFile } = process.env;

/** @param {import('node:http2').Http2ServerRequest} request @param {import('node:http2').Http2ServerResponse} response */
function answer(request, response) {
  setTimeout(() => response.end(`answered ${request.url}\n`), 500);
}

/** With a certificate, clients of HTTP/1 are served too. */
const server =
  keyFile === undefined || certificateFile === undefined
    ? createServer(answer)
    : createSecureServer(
        { key: readFileSync(keyFile), cert: readFileSync(certificateFile), allowHTTP1: true },
        answer,
      );
server.once('listening', () => console.log('listening on', server.address()));

const lifecycle = createLifecycle({ name: 'orders' });
const store = lifecycle.add({ name: 'store', release: () => console.log('store closed') });
const port = Number(process.env['PORT'] ?? 8080);
lifecycle.add(http2Server(server, { port, host: '127.0.0.1' }), { dependsOn: [store] });
await lifecycle.run();
