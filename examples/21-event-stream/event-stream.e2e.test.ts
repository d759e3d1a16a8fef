import { describe, expect, it } from 'vitest';
import { startNode } from '../../e2e/support/process.js';

describe('the event stream example', () => {
  it('ends its stream with a final event that tells when to come back, and exits with 0', async () => {
    const server = startNode(new URL('server.mjs', import.meta.url), [], { env: { PORT: '0' } });
    const [, port] = /port: (\d+)/.exec(await server.waitForLine('listening on')) ?? [];
    const response = await fetch(`http://127.0.0.1:${port}/`);
    let text = '';
    for await (const chunk of response.body ?? []) {
      if (text === '') server.signal('SIGTERM');
      text += Buffer.from(chunk).toString();
    }
    expect(text).toMatch(/^data: 2.*event: end\nretry: [12]\d{3}\ndata: server is stopping\n\n$/s);
    expect(await server.waitForExit()).toMatchObject({ code: 0, signal: null });
  });
});
