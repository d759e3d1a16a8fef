import { join } from 'node:path';
import { createControlClient } from '@quiesce/control/client';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../../e2e/support/process.js';
import { startService } from '../../../control/test/support/service-process.js';
import { createTemporaryDirectory } from '../../../control/test/support/temporary-directory.js';
import { displayWidth } from '../../src/terminal/display-width.js';
import { hasScript, quiesceCommand, startQuiesce } from '../support/quiesce-process.js';
import { playTerminal } from '../support/terminal-emulator.js';

const patience = { timeout: 20_000 };

describe('quiesce watch, into a pipe', () => {
  it('writes a line for each change, without orders to a terminal, through a stop and a new start', async () => {
    const directory = await createTemporaryDirectory();
    const socketPath = join(directory, 'orders.sock');
    const watch = startQuiesce(['watch', '--socket', socketPath]);
    await watch.waitForLine(/gone: nobody answers/);
    const first = await startService({ drainMs: 50 }, directory);
    await watch.waitForLine(`orders (pid ${first.process.pid}): `);
    await createControlClient({ socketPath }).shutdown();
    await watch.waitForLine(/stopped: clean, in .*, exit code 0/);
    await first.process.waitForExit();
    const second = await startService({}, directory);
    await watch.waitForLine(`orders (pid ${second.process.pid}): `);
    watch.signalGroup('SIGINT');
    expect(await watch.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(watch.stdout).not.toContain('\u001B');
    const lines = watch.stdout.trimEnd().split('\n');
    expect(lines.every((line) => /^\d{4}-\d\d-\d\dT[\d:.]+Z {2}\S/.test(line))).toBe(true);
    expect(lines.join('\n')).toMatch(/drain begins[^]*drain +\d+ ms[^]*stopped: clean/);
  });
});

describe.runIf(hasScript)('quiesce watch, in a terminal', () => {
  /** Runs it in a terminal of 40 columns, whose device is the first line of the output. */
  function startInTerminal(socketPath: string, rows: number): ReturnType<typeof startProcess> {
    const watch = `"${process.execPath}" "${quiesceCommand}" watch --socket "${socketPath}"`;
    const command = `tty; stty cols 40 rows ${rows} -echo; exec ${watch}`;
    const environment = { TERM: 'xterm', NO_COLOR: undefined, SHELL: '/bin/sh' };
    return startProcess('script', ['--quiet', '--flush', '--return', '--command', command, '/dev/null'], {
      env: environment,
    });
  }

  /** What stands on the terminal, after the line with the name of its device. */
  function look(output: string, rows: number): ReturnType<typeof playTerminal> {
    return playTerminal(output.slice(output.indexOf('\n') + 1), rows);
  }

  it('shows the stop on one screen, follows the window, and gives the terminal back as it was', async () => {
    const service = await startService({
      hangsIn: 'drain',
      lifecycle: { timeoutMs: 600_000, name: '注文サービス' },
    });
    const terminal = startInTerminal(service.socketPath, 12);
    const screen = (rows = 12): readonly string[] => look(terminal.stdout, rows).lines;
    const device = (await terminal.waitForLine(/^\/dev\//)).trim();
    await expect.poll(() => screen()[0] ?? '', patience).toMatch(/^注文サービス {2}running {2}up/);
    expect(look(terminal.stdout, 12)).toMatchObject({ isOther: true, isCursorShown: false });

    const client = createControlClient({ socketPath: service.socketPath });
    await client.requestShutdown();
    await expect
      .poll(() => screen().join('\n'), patience)
      .toMatch(/^graceful, in drain {2}\d+ min[^]*^ {2}drain +.* of \d/m);
    expect(screen()).toContainEqual(expect.stringMatching(/^web +stopping$/));
    for (const line of screen()) expect(displayWidth(line)).toBeLessThanOrEqual(40);

    const before = terminal.stdout.length;
    await startProcess('stty', ['-F', device, 'cols', '20', 'rows', '6']).waitForExit();
    await expect
      .poll(() => look(terminal.stdout.slice(before), 6).lines.map(displayWidth), patience)
      .toSatisfy((widths: readonly number[]) => widths.length === 6 && Math.max(...widths) <= 20);

    terminal.stdin.write('\u0003');
    expect(await terminal.waitForExit()).toMatchObject({ code: 0 });
    const end = look(terminal.stdout, 6);
    expect(end).toMatchObject({ isOther: false, isCursorShown: true });
    expect(end.lines[0]).toMatch(/^注文サービス {2}stopp…$/);
    await client.shutdown({ mode: 'force' });
  });

  it('shows that the service is gone, and the next one when it comes', async () => {
    const directory = await createTemporaryDirectory();
    const first = await startService({}, directory);
    const terminal = startInTerminal(first.socketPath, 12);
    const screen = (): string => look(terminal.stdout, 12).lines.join('\n');
    await expect.poll(screen, patience).toMatch(/^orders {2}running/);
    first.process.signal('SIGKILL');
    await expect.poll(screen, patience).toMatch(/^gone; waiting for it to come back/);
    const second = await startService({}, directory);
    await expect
      .poll(screen, patience)
      .toMatch(new RegExp(`^orders {2}running .* pid ${second.process.pid}`));
    terminal.stdin.write('\u0003');
    expect(await terminal.waitForExit()).toMatchObject({ code: 0 });
    expect(look(terminal.stdout, 12)).toMatchObject({ isOther: false, isCursorShown: true });
  });
});
