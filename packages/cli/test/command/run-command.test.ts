import { createManualClock, createManualSignals } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { type CommandContext } from '../../src/command/command-context.js';
import { commandTable } from '../../src/command/command-table.js';
import { runCommand } from '../../src/command/run-command.js';
import { readVersion } from '../../src/own-package.js';

async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written): CommandContext['stdout'] => ({
    write(text) {
      written[name] += text;
    },
    on: () => {},
    off: () => {},
  });
  const code = await runCommand(args, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    environment: { XDG_RUNTIME_DIR: '/nowhere' },
    signals: createManualSignals(),
    clock: createManualClock(),
  });
  return { code, ...written };
}

describe('quiesce', () => {
  it('tells its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: `${readVersion()}\n`, stderr: '' });
  });

  it('lists its subcommands when it is asked, and as an error when it is called without any', async () => {
    const help = await run('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const { name, summary } of commandTable) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}quiesce ${name} +${summary}$`, 'm'));
    }
    const nothing = await run();
    expect(nothing).toMatchObject({ code: 1, stdout: '' });
    expect(nothing.stderr).toContain('quiesce stop');
  });

  it.each([
    ['stop', '--help'],
    ['stop', '-h'],
    ['help', 'stop'],
  ])('%s %s says what stop can do', async (...args) => {
    const help = await run(...args);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: quiesce stop [options] [name]');
    expect(help.stdout).toMatch(/--timeout <SECONDS>[^]*QUIESCE_TIMEOUT/);
    expect(help.stdout).toContain('Exit codes: 0 clean');
  });

  it('lists the subcommands of a subcommand', async () => {
    expect((await run('audit', '--help')).stdout).toContain('quiesce audit verify');
  });

  it.each([
    [
      ['stpo'],
      'quiesce: there is no command "stpo" here; there are run, stop, status, watch, profiles, audit, verify',
    ],
    [['--jsn'], 'quiesce: there is no option "--jsn" here'],
    [['stop', '--tiemout', '3'], "quiesce stop: unknown option '--tiemout' (Did you mean --timeout?)"],
    [['stop', '--timeout'], "quiesce stop: option '--timeout <SECONDS>' argument missing"],
    [['stop', 'a', 'b'], 'quiesce stop: too many arguments'],
    [['stop', 'a', '--timeout', 'soon'], 'quiesce stop: --timeout must be a number of seconds above 0'],
    [
      ['stop', 'a', '--mode', 'gently'],
      'quiesce stop: --mode must be one of graceful, lame-duck, last-ditch, force, ldm; got "gently"',
    ],
    [['stop', 'a', '--reason', 'x\ny'], 'quiesce stop: --reason must be a text of 200 characters at most'],
    [['stop', ''], 'quiesce stop: the name must not be empty'],
  ])('%j is wrong, and it says why: 1', async (args, message) => {
    const result = await run(...args);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain(message);
  });
});
