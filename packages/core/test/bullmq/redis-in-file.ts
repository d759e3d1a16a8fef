import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { findServer, requireServer } from '../../../../e2e/support/servers.js';
import { createFolder } from '../support/fixture.js';

const hasRedis = findServer('redis-server') !== undefined;

/** `describe` for tests that need a redis-server: skipped, all by name, where there is none. */
export const describeWithRedis: typeof describe.skip = hasRedis ? describe : describe.skip;

/** Says why the others of a file were skipped; on CI it fails. */
export function saysWhetherThereIsRedis(): void {
  it('has a redis-server to be tested against', (context) => {
    expect(requireServer(context, 'redis-server')).toBe(findServer('redis-server'));
  });
}

/** One redis-server for all tests of a file, on a Unix socket. */
export function useRedis(): { readonly path: string } {
  const ends: (() => void | Promise<void>)[] = [];
  let path = '';
  beforeAll(async () => {
    if (!hasRedis) return;
    const folder = createFolder((end) => ends.push(end));
    path = join(folder, 'redis.sock');
    const args = ['--port', '0', '--unixsocket', path, '--save', '', '--dir', folder];
    const redis = startProcess(findServer('redis-server') ?? '', args, {
      onFinished: (end) => ends.push(end),
    });
    await redis.waitForLine(/ready to accept connections/i);
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
    // A worker that was closed by force may sleep for five seconds (DELAY_TIME_5) before it sees that it was.
    const giveUpAt = performance.now() + 10_000;
    while (process.getActiveResourcesInfo().includes('Timeout') && performance.now() < giveUpAt)
      await pause(50);
  });
  return {
    get path() {
      return path;
    },
  };
}
