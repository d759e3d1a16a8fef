import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { quiesceCommand } from '../support/quiesce-process.js';
import { createFolder, supervise } from '../support/supervise.js';

const mebibyte = 1_048_576;

describe('the output of a supervised command', () => {
  it('is not touched when nobody has to read it: the command has the very same pipe', async () => {
    const { supervisor } = supervise([], ['sh', '-c', 'ls -l /proc/self/fd/1 /proc/$PPID/fd/1']);
    await supervisor.waitForExit();
    const pipes = [...supervisor.stdout.matchAll(/(?:pipe|socket):\[(\d+)\]/g)].map(([, inode]) => inode);
    expect(pipes).toHaveLength(2);
    expect(new Set(pipes).size).toBe(1);
  });

  it('goes through byte by byte when a line of it is waited for, also without line breaks', async () => {
    const script = `
      process.stdout.write(Buffer.from([0, 255, 254, 10, 13, 195]));
      process.stderr.write('now ready\\n');
      process.stdout.write(Buffer.from([164]));`;
    const args = ['run', '--ready', 'log:now ready', '--', process.execPath, '-e', script];
    const child = spawn(process.execPath, [quiesceCommand, ...args], {
      env: { ...process.env, XDG_RUNTIME_DIR: createFolder() },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(child, 'close');
    expect(Buffer.concat(chunks)).toEqual(Buffer.from([0, 255, 254, 10, 13, 195, 164]));
  });

  it('may be a gigabyte for a reader that is slow: the supervisor holds none of it', async () => {
    const size = 1_024 * mebibyte;
    const script = `
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      let left = ${size / mebibyte};
      const write = () => { while (left-- > 0) if (!process.stdout.write(chunk)) return process.stdout.once('drain', write); };
      process.stdout.write('ready\\n', write);`;
    const args = ['run', '--ready', 'log:^ready', '--name', 'big', '--', process.execPath, '-e', script];
    const child = spawn(process.execPath, [quiesceCommand, ...args], {
      env: { ...process.env, XDG_RUNTIME_DIR: createFolder() },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let read = 0;
    let chunks = 0;
    let peakKiB = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      // The reader is slower than the writer for a while.
      if (read < 64 * mebibyte) await new Promise((resolve) => setImmediate(resolve));
      read += chunk.length;
      chunks += 1;
      if (chunks % 512 === 0) peakKiB = Math.max(peakKiB, residentKiB(child.pid ?? 0));
    }
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(read).toBe(size + 'ready\n'.length);
    expect(peakKiB).toBeGreaterThan(10_000);
    expect(peakKiB).toBeLessThan(250_000);
  });

  it('may be closed by the command, which runs on', async () => {
    const script = 'exec 1>&- 2>&-; trap "exit 0" TERM; while :; do sleep 0.05; done';
    const { supervisor, child } = supervise([], ['sh', '-c', script]);
    await supervisor.waitForLine(/started sh/);
    // The shell has its trap by the time that its first sleep is there.
    await expect
      .poll(() => childrenOf(supervisor.pid).flatMap(childrenOf), { timeout: 20_000 })
      .not.toEqual([]);
    supervisor.signal('SIGTERM');
    expect(await supervisor.waitForExit()).toMatchObject({ code: 0 });
    expect(child().exit).toEqual({ code: 0, signal: null });
  });

  it('breaks for the command when its reader goes away, as without a supervisor', async () => {
    const command = `'${quiesceCommand}' run --ready log:yes -- sh -c 'while echo yes; do :; done; exit 0' | head -n 1`;
    const shell = startProcess('sh', ['-c', command], { env: { XDG_RUNTIME_DIR: createFolder() } });
    expect(await shell.waitForExit({ timeoutMs: 30_000 })).toMatchObject({ code: 0 });
    expect(shell.stdout).toBe('yes\n');
  });
});

function residentKiB(pid: number): number {
  try {
    const [, text = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(text);
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}
