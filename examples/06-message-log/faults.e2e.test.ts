import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { startNode, startProcess } from '../../e2e/support/process.js';
import {
  addTopic,
  append,
  createFolder,
  type MessageLog,
  readAll,
  segmentOf,
  startLog,
  stopLog,
} from './message-log-service.js';

const isRoot = process.getuid?.() === 0;

/** Appends until a message is not acknowledged; gives back those that were, and what was said of the first that was not. */
async function fill(
  log: MessageLog,
  topic: string,
): Promise<{ readonly acknowledged: string[]; readonly error: string }> {
  const acknowledged: string[] = [];
  for (;;) {
    const message = `${acknowledged.length} ${'x'.repeat(8_000)}`;
    const { status, error } = await append(log, topic, [message]);
    if (status !== 201) return { acknowledged, error: error ?? '' };
    acknowledged.push(message);
  }
}

/** Mounts a memory disk, as root only; the test is skipped where that is not allowed. */
function mountDisk(context: TestContext, folder: string, options: string): void {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    context.skip('this process may not mount a tmpfs (it takes root, and CAP_SYS_ADMIN in a container)');
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
}

describe('a log whose process was killed', () => {
  it('cuts off the batch that is not whole, says so, and goes on from the offset before it', async () => {
    const folder = await createFolder();
    const first = await startLog(folder);
    await addTopic(first, 'orders', 'synced');
    await append(first, 'orders', ['one', 'two']);
    await append(first, 'orders', ['three', 'four']);
    first.process.signal('SIGKILL');
    await first.process.waitForExit();
    const segment = segmentOf(folder, 'orders');
    truncateSync(segment, readFileSync(segment).length - 1);

    const second = await startLog(folder);
    expect(await readAll(second, 'orders')).toEqual(['one', 'two']);
    expect(second.process.stderr).toMatch(
      /0\.log: the batch at byte 34 is not whole: \d+ bytes were cut off, the next offset is 2/,
    );
    expect(await append(second, 'orders', ['five'])).toMatchObject({ offset: 2 });
    expect(await stopLog(second)).toBe(0);
    const third = await startLog(folder);
    expect(await readAll(third, 'orders')).toEqual(['one', 'two', 'five']);
    expect(third.process.stderr).not.toContain('cut off');
    await stopLog(third);
  });

  it('finds by its checksum a batch that has the right length and the wrong bytes', async () => {
    const folder = await createFolder();
    const first = await startLog(folder);
    await addTopic(first, 'orders', 'synced');
    await append(first, 'orders', ['one']);
    await append(first, 'orders', ['two']);
    first.process.signal('SIGKILL');
    await first.process.waitForExit();
    const segment = segmentOf(folder, 'orders');
    truncateSync(segment, readFileSync(segment).length - 1);
    appendFileSync(segment, 'x');

    const second = await startLog(folder);
    expect(await readAll(second, 'orders')).toEqual(['one']);
    expect(second.process.stderr).toContain('27 bytes were cut off');
    await stopLog(second);
  });
});

describe('a log whose disk fails to sync', () => {
  const store = fileURLToPath(new URL('fixtures/failing-sync-store.mjs', import.meta.url));

  it.for(['synced', 'buffered'])(
    'acknowledges no %s message from then on, says so in its report, and exits with 3',
    async (acknowledge) => {
      const folder = await createFolder();
      const fails = join(folder, 'fails');
      const log = await startLog(folder, { STORE: store, SYNC_FAILS: fails, FLUSH_MS: '20' });
      await addTopic(log, 'orders', acknowledge);
      await addTopic(log, 'others', 'synced');
      expect(await append(log, 'others', ['before'])).toMatchObject({ status: 201 });
      expect(await append(log, 'orders', ['before'])).toMatchObject({ status: 201 });
      writeFileSync(fails, '');
      const { error } = await fill(log, 'orders');
      expect(error).toContain('EIO: i/o error, fdatasync');
      expect(await append(log, 'orders', ['later'])).toMatchObject({ status: 500 });

      expect(await stopLog(log)).toBe(3);
      const report = log.report();
      expect(report).toMatchObject({ outcome: 'incomplete', exit: { code: 3 } });
      const group = report.components.find(({ name }) => name === 'shards');
      expect(group?.phases.find(({ phase }) => phase === 'persist')).toMatchObject({
        outcome: 'failed',
        error: {
          code: 'QUIESCE_SHARDS',
          message: expect.stringMatching(/^"shards\/[01]" failed in persist/),
        },
      });
      expect(JSON.stringify(group?.parts)).toContain('EIO: i/o error, fdatasync');
      if (acknowledge === 'buffered')
        expect(log.process.stderr).toMatch(/[1-9]\d* acknowledged messages could not be written/);
      const again = await startLog(folder);
      expect((await readAll(again, 'others'))[0]).toBe('before');
      await stopLog(again);
    },
  );
});

describe('a log whose disk is full', () => {
  /** Whatever fills it: what was acknowledged is there after a restart with more room, and nothing is torn. */
  async function expectNothingLost(log: MessageLog, folder: string, makeRoom: () => void): Promise<void> {
    await addTopic(log, 'orders', 'synced');
    const { acknowledged, error } = await fill(log, 'orders');
    expect(error).toMatch(/ENOSPC|EFBIG/);
    expect(acknowledged.length).toBeGreaterThan(3);
    expect(await stopLog(log)).toBe(3);
    makeRoom();
    const again = await startLog(folder);
    expect(await readAll(again, 'orders')).toEqual(acknowledged);
    expect(await append(again, 'orders', ['there is room'])).toMatchObject({ offset: acknowledged.length });
    expect(await stopLog(again)).toBe(0);
  }

  it('acknowledges what it has room for, and cuts off what it had no room for when it starts again', async (context) => {
    const folder = await createFolder();
    mkdirSync(join(folder, 'log'));
    mountDisk(context, join(folder, 'log'), 'size=200k,mode=700');
    const log = await startLog(folder);
    await expectNothingLost(log, folder, () => {
      execFileSync('mount', ['-o', 'remount,size=8m', join(folder, 'log')]);
    });
  });

  it('does the same when a file may grow no further (setrlimit(2))', async () => {
    const folder = await createFolder();
    const reportFile = join(folder, 'report.json');
    const script = fileURLToPath(new URL('server.mjs', import.meta.url));
    const limited = startProcess('bash', ['-c', `ulimit -f 100 && exec "${process.execPath}" "${script}"`], {
      env: { PORT: '0', PROBES_PORT: '0', ANNOUNCE_MS: '0', DATA: join(folder, 'log'), REPORT: reportFile },
    });
    const url = (await limited.waitForLine(/^listening on/)).replace('listening on ', '');
    const report = (): never => {
      throw new Error('nobody asks for it here');
    };
    await expectNothingLost({ process: limited, url, probes: '', report }, folder, () => {});
  });
});

describe('a folder in which nothing can be written', () => {
  it('is told at the start', async (context) => {
    const folder = await createFolder();
    const data = join(folder, 'log');
    mkdirSync(data);
    if (isRoot) mountDisk(context, data, 'ro,size=64k');
    else chmodSync(data, 0o500);
    const log = startNode(new URL('server.mjs', import.meta.url), [], {
      env: { PORT: '0', PROBES_PORT: '0', DATA: data, SOCKET: join(folder, 'control', 's.sock') },
    });
    expect(await log.waitForExit()).toMatchObject({ code: 1 });
    expect(log.stderr).toMatch(/"topics" failed to start: (EROFS|EACCES)/);
  });
});
