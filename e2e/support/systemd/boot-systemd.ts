import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess, type TestProcess } from '../process.js';
import { createCgroup, listProcesses } from './cgroup2.js';
import { namespaces } from './require-systemd.js';

/** What a command has said and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** A systemd that runs services in namespaces of its own. */
export interface BootedSystemd {
  /** Runs a command beside it. Never rejects for what the command does; after a minute the command is killed. */
  run(command: string, ...args: readonly string[]): Promise<CommandResult>;
  /** Adds units, by file name, and makes systemd read them. It keeps what it knows of them after their end. */
  addUnits(units: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Starts a service that ends by itself, and waits until it has; the time is that from its start to its end. The
   * unit says `OnSuccess=ended@%n.service` and `OnFailure=ended@%n.service`.
   */
  runToEnd(unit: string): Promise<CommandResult>;
  /** Properties of a unit, as `systemctl show` tells them. */
  show(unit: string, ...properties: readonly string[]): Promise<Readonly<Record<string, string>>>;
  /** Processes in the control group of a unit, by their ids on this machine. */
  processesOf(unit: string): readonly number[];
  /** What systemd and the service have written about a unit. */
  journal(unit: string): Promise<string>;
  /** A path of its file system as this process can open it. */
  path(inside: string): string;
  /** Ends it with all it runs, and removes what it has left. */
  end(): Promise<void>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const bootScript = fileURLToPath(new URL('boot.sh', import.meta.url));

/** Boots systemd. `onFinished` registers what ends it, however the tests end. */
export async function bootSystemd(
  systemd: string,
  onFinished: (end: () => Promise<void>) => void,
): Promise<BootedSystemd> {
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-systemd-'));
  const cgroup = createCgroup(`quiesce-${randomUUID()}`);
  const unshare = ['unshare', ...namespaces, '--fork', '--kill-child', '--propagation', 'private'];
  const boot = [bootScript, systemd, folder, root, process.execPath];
  const enter = ['-c', 'echo $$ >"$0/cgroup.procs"; exec "$@"', cgroup.path, ...unshare, '--', ...boot];
  let endProcess: (() => Promise<void>) | undefined;
  let outer: TestProcess | undefined;
  const end = once(async () => {
    // The kernel ends the first process of a namespace only after all others in it.
    for (const init of outer === undefined || outer.exit !== undefined ? [] : childrenOf(outer.pid)) {
      process.kill(init, 'SIGKILL');
    }
    await outer?.waitForExit({ timeoutMs: 30_000 });
    await endProcess?.();
    cgroup.remove();
    rmdirSync(folder);
  });
  onFinished(end);
  outer = startProcess('sh', enter, { onFinished: (ender) => (endProcess = ender), timeoutMs: 60_000 });
  await outer.waitForLine(/^entered$/, { from: 'stdout' });
  // A control group with controllers below it may have no process of its own.
  cgroup.release(outer.pid);
  outer.stdin.write('\n');
  await outer.waitForLine(/^booted$/, { from: 'stdout' });
  return createHandle(childrenOf(outer.pid)[0] ?? 0, cgroup.path, end);
}

function createHandle(init: number, cgroupPath: string, end: () => Promise<void>): BootedSystemd {
  const path = (inside: string): string => join(`/proc/${init}/root`, inside);
  const run = (command: string, ...args: readonly string[]): Promise<CommandResult> =>
    execute('nsenter', ['--target', String(init), '--all', '--root', '--wd', '--', command, ...args]);
  return {
    run,
    async addUnits(units) {
      const folder = path('/run/systemd/system');
      for (const [name, text] of Object.entries(units)) writeFileSync(join(folder, name), text);
      // A unit that no other one names is forgotten when it has ended, with its result.
      mkdirSync(join(folder, 'test.target.d'), { recursive: true });
      const kept = `[Unit]\nAfter=${Object.keys(units).join(' ')}\n`;
      writeFileSync(join(folder, 'test.target.d', `${randomUUID()}.conf`), kept);
      const { code, stderr } = await run('systemctl', 'daemon-reload');
      if (code !== 0) throw new Error(`systemctl daemon-reload: ${stderr}`);
    },
    async runToEnd(unit) {
      const pipe = `/run/ended-${unit}`;
      await run('mkfifo', pipe);
      const [{ ms }, ended] = await Promise.all([run('systemctl', 'start', unit), run('cat', pipe)]);
      return { ...ended, ms: ended.ms - ms };
    },
    async show(unit, ...properties) {
      const { stdout } = await run('systemctl', 'show', unit, `--property=${properties.join(',')}`);
      return Object.fromEntries(stdout.trim().split('\n').map(splitAssignment));
    },
    processesOf: (unit) => listProcesses(join(cgroupPath, 'system.slice', unit)),
    journal: async (unit) => {
      await run('journalctl', '--sync');
      return (await run('journalctl', '--no-pager', '--output=cat', `--unit=${unit}`)).stdout;
    },
    path,
    end,
  };
}

function splitAssignment(line: string): readonly [name: string, value: string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

function execute(file: string, args: readonly string[]): Promise<CommandResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      { timeout: 60_000, killSignal: 'SIGKILL' },
      (_, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr, ms: performance.now() - startedAt });
      },
    );
  });
}

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
