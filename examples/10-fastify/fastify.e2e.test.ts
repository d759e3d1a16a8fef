import { expect, it } from 'vitest';
import { startNode } from '../../e2e/support/process.js';
import { sendRequest } from '../../e2e/support/request-in-flight.js';

it('a Fastify service answers what is in flight when SIGTERM comes, closes its store after that, and exits with 0', async () => {
  const service = startNode(new URL('server.mjs', import.meta.url), [], { env: { PORT: '0' } });
  const port = /port: (\d+)/.exec(await service.waitForLine('listening on'))?.[1];

  const { answer } = await sendRequest(`http://127.0.0.1:${port}/orders/17`);
  service.signal('SIGTERM');

  expect(await answer).toMatchObject({ status: 200, body: expect.stringMatching(/^answered/) });
  expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
  expect(service.stdout).toContain('store closed');
  expect(service.stderr).toMatch(/stopped clean .* exit code 0/);
});
