import { once } from 'node:events';
import { type ClientHttp2Session, constants, createServer } from 'node:http2';
import { expect, it } from 'vitest';
import { heapGrowth } from '../../../../e2e/support/heap-growth.js';
import { openSession, serveHttp2 } from './support/serve-http2.js';

/** Whatever keeps a stream keeps some thousands of bytes. */
const bytesAStream = 1_000;

async function answered(session: ClientHttp2Session): Promise<void> {
  const stream = session.request({ ':path': '/' });
  stream.resume().end();
  await once(stream, 'close');
}

async function givenUp(session: ClientHttp2Session): Promise<void> {
  const stream = session.request({ ':path': '/never' });
  await once(stream, 'response');
  stream.close(constants.NGHTTP2_CANCEL);
  await once(stream, 'close');
}

it.for([
  { title: 'that are answered', act: answered, streams: 1_000 },
  // After 1,000 that are reset, nghttp2 ends the session (CVE-2023-44487).
  { title: 'that are given up', act: givenUp, streams: 200 },
])('a session that stays keeps nothing of streams $title', async ({ act, streams }) => {
  const server = createServer((request, response) => {
    response.write('begun');
    if (request.url !== '/never') response.end();
  });
  const { component, port } = await serveHttp2(server);
  const { session } = await openSession(`http://127.0.0.1:${port}`);
  const growth = await heapGrowth(streams, async (count) => {
    for (let each = 0; each < count; each += 10) {
      await Promise.all(Array.from({ length: 10 }, () => act(session)));
    }
    await expect.poll(() => component.pending?.(), { timeout: 20_000 }).toBe(0);
  });
  expect(growth).toBeLessThan(bytesAStream);
});
