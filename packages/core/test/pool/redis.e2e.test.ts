import { once } from 'node:events';
import { join } from 'node:path';
import { pool } from '@quiesce/core/pool';
import { createManualStop } from '@quiesce/core/testing';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { requireServer } from '../../../../e2e/support/servers.js';
import { createFolder } from '../support/fixture.js';

it('a Redis client has its replies before it goes, and is given back twice without an error', async (context) => {
  const redisServer = requireServer(context, 'redis-server');
  const path = join(createFolder(context.onTestFinished), 'redis.sock');
  const server = startProcess(redisServer, ['--port', '0', '--unixsocket', path, '--save', '']);
  await server.waitForLine(/ready to accept connections/i);
  const client = new Redis({ path });
  context.onTestFinished(() => {
    // After its end it would only start a timer.
    if (client.status !== 'end') client.disconnect();
  });
  await client.set('counter', 0);
  const replies = Array.from({ length: 100 }, () => client.incr('counter'));
  const gone = once(client, 'end');
  await createManualStop().call(pool(client, { name: 'redis' }), 'release');
  expect((await Promise.all(replies)).at(-1)).toBe(100);
  await gone;
  await createManualStop().call(pool(client), 'release');
});
