import { expect, it } from 'vitest';
import { startNode } from '../../e2e/support/process.js';
import { sendRequest } from '../../e2e/support/request-in-flight.js';

it('what a request needs is there until it is answered, and telemetry until everything is over', async () => {
  const service = startNode(new URL('service.mjs', import.meta.url), [], { env: { PORT: '0' } });
  const port = /port: (\d+)/.exec(await service.waitForLine('listening on'))?.[1];

  const { answer } = await sendRequest(`http://127.0.0.1:${port}/`);
  service.signal('SIGTERM');

  expect(await answer).toMatchObject({ status: 200, body: 'answered 17\n' });
  expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
  expect(service.stdout.trimEnd().split('\n').slice(-2)).toEqual(['exported order', 'telemetry closed']);
});
