import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startNode } from '../../e2e/support/process.js';

describe('the WebSocket example', () => {
  it('answers the message in flight, closes the client with a time to come back after, and ends with 0', async () => {
    const server = startNode(new URL('server.mjs', import.meta.url), [], { env: { PORT: '0' } });
    const [, port] = /port: (\d+)/.exec(await server.waitForLine('listening on')) ?? [];
    const client = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(client, 'open');
    const closed = once(client, 'close');
    const answered = once(client, 'message');
    client.send('hello');
    const ponged = once(client, 'pong');
    client.ping(); // answered after the message before it has come to its handler
    await ponged;
    server.signal('SIGTERM');
    const [answer] = await answered;
    expect(String(answer)).toBe('HELLO');
    const [code, reason] = await closed;
    expect(code).toBe(1012);
    expect(String(reason)).toMatch(/^server is stopping; retry=[12]\d{3}$/);
    expect(await server.waitForExit()).toMatchObject({ code: 0, signal: null });
  });
});
