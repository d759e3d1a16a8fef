import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startNode } from '../../e2e/support/process.js';
import { greeter } from './greeter.mjs';

describe('the gRPC example', () => {
  it('answers the call in flight, ends the stream with a last message, and exits with 0', async () => {
    const server = startNode(new URL('server.mjs', import.meta.url), [], { env: { PORT: '0' } });
    const [, port] = /port (\d+)/.exec(await server.waitForLine('listening on')) ?? [];
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    onTestFinished(() => client.close());
    const { greet, count } = greeter;
    const answer = new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        greet.path,
        greet.requestSerialize,
        greet.responseDeserialize,
        'Ada',
        (error, text) => {
          if (error === null) resolve(text);
          else reject(error);
        },
      );
    });
    const stream = client.makeServerStreamRequest(
      count.path,
      count.requestSerialize,
      count.responseDeserialize,
      'go',
      new Metadata(),
    );
    const messages: unknown[] = [];
    for await (const message of stream) {
      // The other call went first on the same channel, so it is at its handler too.
      if (messages.length === 0) server.signal('SIGTERM');
      messages.push(message);
    }
    expect(messages[0]).toBe('1');
    expect(messages.at(-1)).toBe('the server is stopping');
    expect(await answer).toBe('hello, Ada');
    expect(await server.waitForExit()).toMatchObject({ code: 0, signal: null });
  });
});
