import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { resolveLimits } from '../../src/options/limits.js';
import { createHttpListener, type HttpListener } from '../../src/server/http-listener.js';
import { createTemporaryDirectory } from '../support/temporary-directory.js';

/** A listener with one connection; `socket` is its side of it. */
async function listenWithConnection(): Promise<{ readonly listener: HttpListener; readonly socket: Socket }> {
  const path = join(await createTemporaryDirectory(), 's');
  let admitted = (_socket: Socket): void => {};
  const connected = new Promise<Socket>((resolve) => {
    admitted = resolve;
  });
  const listener = createHttpListener(resolveLimits(), {
    handle: () => {},
    admit(socket) {
      admitted(socket);
      return true;
    },
    malformed: () => {},
    dropped: () => {},
    failed: () => {},
  });
  await listener.listen({ path });
  const client = connect(path);
  onTestFinished(() => void client.destroy());
  client.on('error', () => {});
  return { listener, socket: await connected };
}

/** Whether it has settled by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  await turn();
  return Promise.race([promise.then(() => true), turn(false)]);
}

it('is closed as soon as its last connection is, also when that was closing already', async () => {
  const { listener, socket } = await listenWithConnection();
  listener.refuse();
  const closed = once(socket, 'close');
  socket.destroy();
  // The server says that it is closed before the connection does.
  await Promise.resolve();
  await new Promise((resolve) => {
    process.nextTick(resolve);
  });
  expect(listener.connections).toBe(1);
  const over = listener.close();
  await closed;
  expect(await isSettled(over)).toBe(true);
});

it('closes what is open, and does not wait when it has never listened', async () => {
  const { listener, socket } = await listenWithConnection();
  await listener.close();
  expect(socket.destroyed).toBe(true);
  const idle = createHttpListener(resolveLimits(), {
    handle: () => {},
    admit: () => true,
    malformed: () => {},
    dropped: () => {},
    failed: () => {},
  });
  expect(await isSettled(idle.close())).toBe(true);
});
