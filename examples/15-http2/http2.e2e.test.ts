import { once } from 'node:events';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { startNode } from '../../e2e/support/process.js';

it('a service of HTTP/2 answers the streams in flight when SIGTERM comes, and exits with 0', async () => {
  const service = startNode(new URL('server.mjs', import.meta.url), [], { env: { PORT: '0' } });
  const port = /port: (\d+)/.exec(await service.waitForLine('listening on'))?.[1];
  const session = connect(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  const goaway = once(session, 'goaway');

  const warmUp = session.request({ ':path': '/orders/16' });
  expect(await text(warmUp)).toBe('answered /orders/16\n');
  const inFlight = session.request({ ':path': '/orders/17' });
  const answered = text(inFlight);
  // The answer to a PING says that what was sent before has been read.
  await new Promise((resolve) => {
    session.ping(resolve);
  });
  service.signal('SIGTERM');

  await goaway;
  expect(await answered).toBe('answered /orders/17\n');
  expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
  expect(service.stdout).toContain('store closed');
});
