import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  chooseRuntimeDirectory,
  findSocket,
  listRuntimeDirectories,
  toSocketName,
} from '../../src/socket/runtime-directory.js';
import { createTemporaryDirectory } from '../support/temporary-directory.js';

describe('the directory of control sockets', () => {
  it('is that of the user, where the system has made one', () => {
    expect(chooseRuntimeDirectory({ XDG_RUNTIME_DIR: '/run/user/1000' }, 1_000)).toBe(
      '/run/user/1000/quiesce',
    );
  });

  it('is /run/quiesce for root, and one in /tmp for whoever has nothing else', () => {
    expect(chooseRuntimeDirectory({}, 0)).toBe('/run/quiesce');
    expect(chooseRuntimeDirectory({}, 4_711)).toBe('/tmp/quiesce-4711');
    expect(chooseRuntimeDirectory({ XDG_RUNTIME_DIR: 'relative' }, 0)).toBe('/run/quiesce');
  });

  it('is looked for in all these places', () => {
    expect(listRuntimeDirectories({ XDG_RUNTIME_DIR: '/run/user/7' }, 7)).toEqual([
      '/run/user/7/quiesce',
      '/run/quiesce',
      '/tmp/quiesce-7',
    ]);
  });

  it('holds the socket of a service under its name, whatever is in the name', () => {
    expect(toSocketName('orders')).toBe('orders.sock');
    expect(toSocketName('../shop/orders 2')).toBe('..%2Fshop%2Forders%202.sock');
  });

  it('gives the socket of a service by name, and nothing that is no socket', async () => {
    const directory = await createTemporaryDirectory();
    const environment = { XDG_RUNTIME_DIR: directory };
    const path = join(directory, 'quiesce', 'orders.sock');
    expect(findSocket('orders', environment)).toBeUndefined();
    await mkdir(join(directory, 'quiesce'));
    await writeFile(join(directory, 'quiesce', 'file.sock'), '');
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(findSocket('orders', environment)).toBe(path);
    expect(findSocket('file', environment)).toBeUndefined();
  });
});
