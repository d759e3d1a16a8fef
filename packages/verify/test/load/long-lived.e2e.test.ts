import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLoad } from '../../src/load/generator.js';

describe('an event stream', () => {
  const responses: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    responses.push(response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: hello\n\n');
  });
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quiesce-long-lived-'));
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
    rmSync(directory, { recursive: true, force: true });
  });

  it('has ended in order when its end was there before the run was over, read or not', async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const load = startLoad({
      worker: 0,
      epochNs: String(process.hrtime.bigint()),
      seed: 'long-lived',
      target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port, tls: false },
      templates: [
        {
          name: 'GET /events',
          method: 'GET',
          path: '/events',
          headers: {},
          body: '',
          role: 'load',
          weight: 1,
          expect: { statuses: [200] },
        },
      ],
      streams: [{ kind: 'sse', connections: 4, template: 0 }],
      marker: undefined,
      logFile: join(directory, 'run.log'),
      requestTimeoutMs: 10_000,
    });
    await load.established;
    for (const response of responses) {
      const { socket } = response;
      response.end();
      socket?.end();
    }
    // Nothing of it can have been read in this turn of the loop.
    const { held } = await load.finish(10_000);
    expect(held.map(({ how }) => how)).toEqual(Array.from({ length: 4 }, () => 'ended-in-order'));
  });
});
