import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { createFolder, fixtureCommand, readReport, startInShell } from '../support/fixture.js';
import { asNobody, requirePrivilege, withOwnMounts } from '../support/privileges.js';
import { calledHooks, everyHook, startService } from '../support/stop-service.js';

/** Fills a file system of 64 KiB in which there is a report from before, runs the service in it, and looks again. */
const onFullDisk = `
  folder=$1; shift
  mount -t tmpfs -o size=64k quiesce "$folder" || exit 99
  echo 'the report before' > "$folder/report.json"
  head -c 1m /dev/zero > "$folder/full" 2> /dev/null
  "$@"; code=$?
  echo "left: $(ls "$folder" | tr '\\n' ' ')"
  cat "$folder/report.json"
  exit $code`;

describe.concurrent('files that cannot be written stop nothing', () => {
  it('in a folder that belongs to somebody else', async (context) => {
    requirePrivilege(context, asNobody);
    const { onTestFinished } = context;
    const folder = createFolder(onTestFinished);
    chmodSync(folder, 0o755);
    const options = { reportFile: join(folder, 'report.json'), stateFile: join(folder, 'state.json') };
    const [command, ...args] = [...asNobody.command, ...fixtureCommand('service', { options })];
    const service = startProcess(command, args, { onFinished: onTestFinished });
    await service.waitForLine(/^ready/);
    service.signal('SIGTERM');
    expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(calledHooks(service.stdout)).toEqual(everyHook);
    expect(service.stderr).toMatch(/stateFile ".*" could not be written: Error: EACCES/);
    expect(service.stderr).toMatch(/reportFile ".*" could not be written: Error: EACCES/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('on a full disk: the report before stays whole, and no half of a new one is left', async (context) => {
    requirePrivilege(context, withOwnMounts);
    const { onTestFinished } = context;
    const folder = createFolder(onTestFinished);
    const options = { reportFile: join(folder, 'report.json'), stateFile: join(folder, 'state.json') };
    const [unshare, ...flags] = withOwnMounts.command;
    const shell = ['bash', '-c', onFullDisk, 'bash', folder, ...fixtureCommand('stops-itself', { options })];
    const service = startProcess(unshare, [...flags, ...shell], { onFinished: onTestFinished });
    expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(calledHooks(service.stdout)).toEqual(everyHook);
    expect(service.stderr).toMatch(/stateFile ".*" could not be written: Error: ENOSPC/);
    expect(service.stderr).toMatch(/reportFile ".*" could not be written: Error: ENOSPC/);
    expect(service.stdout).toContain('left: full report.json \nthe report before\n');
  });

  it('in a folder that is not there', async ({ onTestFinished }) => {
    const folder = join(createFolder(onTestFinished), 'no-such-folder');
    const options = { reportFile: join(folder, 'report.json'), stateFile: join(folder, 'state.json') };
    const { process } = await startService({ options }, onTestFinished);
    process.signal('SIGTERM');
    expect(await process.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(process.stderr).toMatch(/reportFile ".*" could not be written: Error: ENOENT/);
    expect(existsSync(folder)).toBe(false);
  });

  it('when what the state file says is not ours', async ({ onTestFinished }) => {
    const stateFile = join(createFolder(onTestFinished), 'state.json');
    const command = fixtureCommand('service', { options: { stateFile } });
    const script = `file=$1; shift; echo '{"pid":0,"startedAt":"never"}' > "$file"; exec "$@"`;
    const service = startInShell(script, [stateFile, ...command], onTestFinished);
    expect(await service.waitForLine(/^ready/)).toBe('ready previousStop=killed');
  });
});

describe.concurrent('an output that nobody takes stops nothing', () => {
  it('the standard error is a full disk', async ({ onTestFinished }) => {
    const reportFile = join(createFolder(onTestFinished), 'report.json');
    const command = fixtureCommand('stops-itself', { options: { reportFile } });
    const service = startInShell('exec "$@" 2> /dev/full', command, onTestFinished);
    expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(calledHooks(service.stdout)).toEqual(everyHook);
    expect(readReport(reportFile).outcome).toBe('clean');
  });

  it('whoever read the standard error has gone, and the host program goes on', async ({ onTestFinished }) => {
    const told = { steps: ['create', 'run', 'shutdown'], options: { exit: false } } as const;
    const command = fixtureCommand('embedded', told);
    const script = 'exec 4> >(:); wait $!; exec "$@" 2>&4 4>&-';
    const host = startInShell(script, command, onTestFinished);
    expect(await host.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(host.stdout).toContain('run resolved clean\n');
    expect(host.stdout).toMatch(/\nends by itself with 0\n$/);
  });

  it('whoever read the output has gone, as tee has after Ctrl-C', async ({ onTestFinished }) => {
    const reportFile = join(createFolder(onTestFinished), 'report.json');
    const command = fixtureCommand('service', { options: { reportFile } });
    const script = `
      trap '' TERM
      { "$@"; echo "exit $?" >&3; } 3>&2 2>&1 |
        { while read -r line && [[ $line != ready* ]]; do :; done; exec 0<&-; echo 'reader gone' >&2; }`;
    const service = startInShell(script, command, onTestFinished);
    await service.waitForLine('reader gone');
    service.signalGroup('SIGTERM');
    expect(await service.waitForLine(/^exit /)).toBe('exit 0');
    const report = readReport(reportFile);
    expect(report.outcome).toBe('clean');
    expect(report.notes.map(({ code, message }) => `${code}: ${message}`).toSorted()).toEqual([
      'output-broken: stderr: write EPIPE',
      'output-broken: stdout: write EPIPE',
    ]);
  });
});
