import { chmod, chown, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '@quiesce/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { claimSocket, type SocketClaim } from '../../src/socket/claim-socket.js';
import { createTemporaryDirectory } from '../support/temporary-directory.js';

interface Held {
  readonly claim: SocketClaim;
  readonly server: Server;
}

async function hold(path: string): Promise<Held> {
  // Whoever looks whether it is alive goes without reading.
  const server = createServer((socket) => socket.on('error', () => {}).end('here')).on('error', () => {});
  onTestFinished(() => void server.close());
  const claim = await claimSocket(path, systemClock, (bindPath) => {
    return new Promise((resolve, reject) => server.once('error', reject).listen(bindPath, resolve));
  });
  return { claim, server };
}

function ask(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(path).setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.once('error', reject).once('end', () => resolve(text));
  });
}

const isRoot = process.getuid?.() === 0;

describe('a control socket', () => {
  it('is open to its owner alone, in a directory of its own, with nothing else left behind', async () => {
    const directory = join(await createTemporaryDirectory(), 'new', 'directory');
    const path = join(directory, 'orders.sock');
    await hold(path);
    expect((await lstat(path)).mode & 0o777).toBe(0o600);
    expect((await lstat(directory)).mode & 0o777).toBe(0o700);
    expect(await readdir(directory)).toEqual(['orders.sock']);
    expect(await ask(path)).toBe('here');
  });

  it('is never open to others, not even for a moment', async () => {
    const directory = await createTemporaryDirectory();
    const seen: number[] = [];
    const server = createServer();
    onTestFinished(() => void server.close());
    await claimSocket(join(directory, 'orders.sock'), systemClock, async (bindPath) => {
      seen.push((await lstat(join(bindPath, '..'))).mode & 0o777);
      await new Promise<void>((resolve) => server.listen(bindPath, resolve));
    });
    expect(seen).toEqual([0o700]);
  });

  it('is removed when it is given up', async () => {
    const directory = await createTemporaryDirectory();
    const { claim } = await hold(join(directory, 'orders.sock'));
    claim.release();
    claim.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it('is left alone when it is somebody else’s by then', async () => {
    const path = join(await createTemporaryDirectory(), 'orders.sock');
    const { claim } = await hold(path);
    await rm(path);
    await hold(path);
    claim.release();
    expect(await ask(path)).toBe('here');
  });

  it('is not taken from a process that answers on it', async () => {
    const path = join(await createTemporaryDirectory(), 'orders.sock');
    await hold(path);
    await expect(hold(path)).rejects.toMatchObject({
      code: 'QUIESCE_CONTROL_SOCKET',
      message: expect.stringContaining('in use: a process answers'),
    });
    expect(await ask(path)).toBe('here');
    expect(await readdir(join(path, '..'))).toEqual(['orders.sock']);
  });

  it('is taken when whoever had it is dead', async () => {
    const path = join(await createTemporaryDirectory(), 'orders.sock');
    const { server } = await hold(path);
    // Its listener is gone and its file is not, as after SIGKILL.
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await expect(ask(path)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await hold(path);
    expect(await ask(path)).toBe('here');
  });

  it('goes to exactly one of many who want it at once, dead or not', async () => {
    const path = join(await createTemporaryDirectory(), 'orders.sock');
    const { server } = await hold(path);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => hold(path)));
    const won = results.filter(({ status }) => status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(await ask(path)).toBe('here');
  });

  it.each([
    ['a file', (path: string) => writeFile(path, 'precious'), /is not a socket/],
    ['a directory', (path: string) => mkdir(path), /is not a socket/],
    ['a symbolic link', (path: string) => symlink('/nowhere', path), /symbolic link/],
  ])('is not put into the place of %s', async (_what, make, rule) => {
    const path = join(await createTemporaryDirectory(), 'orders.sock');
    await make(path);
    const before = await lstat(path);
    await expect(hold(path)).rejects.toThrow(rule);
    expect((await lstat(path)).ino).toBe(before.ino);
  });

  it('is not put where others could exchange it, or where a link leads', async () => {
    const directory = await createTemporaryDirectory();
    await mkdir(join(directory, 'open'));
    await chmod(join(directory, 'open'), 0o777);
    await symlink(join(directory, 'open'), join(directory, 'link'));
    await expect(hold(join(directory, 'open', 's'))).rejects.toThrow(/others may write to/);
    await expect(hold(join(directory, 'link', 's'))).rejects.toThrow(/symbolic link/);
    await chmod(join(directory, 'open'), 0o1777);
    await hold(join(directory, 'open', 's'));
  });

  it.runIf(isRoot)(
    'is not put into a directory of somebody else, nor in the place of a socket of theirs',
    async () => {
      const directory = await createTemporaryDirectory();
      const path = join(directory, 'orders.sock');
      const { server } = await hold(path);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await chown(path, 65_534, 65_534);
      await expect(hold(path)).rejects.toThrow(/belongs to somebody else \(uid 65534\)/);
      await chown(directory, 65_534, 65_534);
      await expect(hold(join(directory, 'other.sock'))).rejects.toThrow(
        /directory that belongs to somebody else/,
      );
    },
  );

  it('has a path that the system can take whole', async () => {
    const directory = await createTemporaryDirectory();
    await expect(hold(join(directory, `${'x'.repeat(100)}.sock`))).rejects.toThrow(/too long/);
    expect(await readdir(directory)).toEqual([]);
  });

  it('says what to do when its directory cannot be made', async () => {
    const directory = await createTemporaryDirectory();
    await writeFile(join(directory, 'file'), '');
    await expect(hold(join(directory, 'file', 's'))).rejects.toThrow(/set socketPath to where .* may write/);
  });
});
