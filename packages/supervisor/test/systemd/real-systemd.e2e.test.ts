import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, type ExpectStatic, it, type TestContext } from 'vitest';
import { requireServer } from '../../../../e2e/support/servers.js';
import { type BootedSystemd, bootSystemd } from '../../../../e2e/support/systemd/boot-systemd.js';
import { requireSystemd } from '../../../../e2e/support/systemd/require-systemd.js';

const service = '/usr/bin/node /opt/quiesce/packages/supervisor/test/fixtures/notifying-service.mjs';
const quiesce = '/usr/bin/node /opt/quiesce/packages/cli/bin/quiesce.js';

const daemon = { User: 'daemon', NotifyAccess: 'all', TimeoutStopSec: '4' };
/** A stop of 6 s that gets on all the time. */
const slow = { JOBS: '13', JOB_MS: '500' };

const units: Readonly<Record<string, string>> = {
  'ready.service': formatUnit(),
  'in-time.service': formatUnit({ KillMode: 'mixed' }, { JOBS: '3', JOB_MS: '200', CHILD: '1' }),
  'extended.service': formatUnit({ TimeoutStopSec: '4' }, slow),
  'stalled.service': formatUnit({ TimeoutStopSec: '3' }, { JOBS: '7', JOB_MS: '500', STUCK: '1' }),
  'own-stop.service': formatUnit({ TimeoutStopSec: '4' }, { ...slow, STOP_AFTER_MS: '10' }, true),
  'blocked.service': formatUnit({ WatchdogSec: '4' }, { BLOCK_AFTER_MS: '6000' }, true),
  'user.service': formatUnit(daemon, slow),
  'perl.service': formatUnit(daemon, { ...slow, PATH: '/run/only-perl' }),
  'python3.service': formatUnit(daemon, { ...slow, PATH: '/run/only-python3' }),
  'exec-stop.service': formatUnit(
    {
      TimeoutStopSec: '4',
      RuntimeDirectory: 'exec-stop',
      RuntimeDirectoryMode: '0700',
      ExecStop: `${quiesce} stop --socket /run/exec-stop/control.sock`,
    },
    { ...slow, CONTROL_SOCKET: '/run/exec-stop/control.sock' },
  ),
  'program.service': formatUnit({
    ExecStart: `${quiesce} run --shutdown-exit-code 0 -- sh -c "env; exec sleep 300"`,
    KillMode: 'mixed',
  }),
  'lame-duck.service': formatUnit({
    ExecStart: `${quiesce} run --mode lame-duck --timeout 50 -- nats-server --config /run/nats.conf`,
    KillMode: 'mixed',
    TimeoutStopSec: '4',
  }),
};

const natsConfig = `
listen: 127.0.0.1:4222
http: 127.0.0.1:8222
lame_duck_duration: 30s
lame_duck_grace_period: 1ms
`;

/** Connects twelve clients, stops the service, and says how long it took until all of them were closed. */
const leaveByLameDuck = `
  import { spawnSync } from 'node:child_process';
  import { on, once } from 'node:events';
  import { connect } from 'node:net';
  const clients = Array.from({ length: 12 }, () => connect(4222, '127.0.0.1'));
  const closed = clients.map((client) => once(client, 'close'));
  await Promise.all(clients.map(async (client) => {
    client.on('error', () => {});
    client.write('CONNECT {"verbose":false}\\r\\nPING\\r\\n');
    for await (const [data] of on(client, 'data')) if (String(data).includes('PONG')) return;
  }));
  const begun = performance.now();
  spawnSync('systemctl', ['stop', '--no-block', 'lame-duck.service'], { stdio: 'inherit' });
  await Promise.all(closed);
  console.log(performance.now() - begun);
`;

function formatUnit(
  settings: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
  endsByItself = false,
): string {
  const lines = Object.entries({
    Type: 'notify',
    ExecStart: service,
    TimeoutStartSec: '60',
    TimeoutStopSec: '60',
    ...settings,
  });
  return [
    '[Unit]',
    'DefaultDependencies=no',
    ...(endsByItself ? ['OnSuccess=ended@%n.service', 'OnFailure=ended@%n.service'] : []),
    '[Service]',
    ...lines.map(([name, value]) => `${name}=${value}`),
    ...Object.entries(env).map(([name, value]) => `Environment="${name}=${value}"`),
    '',
  ].join('\n');
}

const ends: (() => Promise<void>)[] = [];
let booting: Promise<BootedSystemd> | undefined;

/** One systemd for all tests of this file. */
function boot(context: TestContext): Promise<BootedSystemd> {
  const path = requireSystemd(context);
  booting ??= bootSystemd(path, (end) => ends.push(end)).then(async (systemd) => {
    await systemd.addUnits(units);
    return systemd;
  });
  return booting;
}

/** What `systemctl show` tells of how a service has ended. */
function showEnd(systemd: BootedSystemd, unit: string): Promise<Readonly<Record<string, string>>> {
  return systemd.show(unit, 'ActiveState', 'Result', 'ExecMainCode', 'ExecMainStatus');
}

/** The values of `ExecMainCode` are CLD_EXITED and CLD_KILLED of waitid(2). */
const success = { ActiveState: 'inactive', Result: 'success', ExecMainCode: '1', ExecMainStatus: '0' };
const cut = { ActiveState: 'failed', Result: 'timeout', ExecMainCode: '2', ExecMainStatus: '9' };

describe.concurrent('under a real systemd', () => {
  let systemd: BootedSystemd;

  beforeEach(async (context) => {
    systemd = await boot(context);
  });

  afterAll(async () => {
    for (const end of ends) await end();
  });

  async function start(expect: ExpectStatic, unit: string): Promise<void> {
    const { code, stderr } = await systemd.run('systemctl', 'start', unit);
    expect(code, `${stderr}${await systemd.journal(unit)}`).toBe(0);
  }

  /** Stops a service and expects its end to be this one; the time that it took, in milliseconds. */
  async function stop(expect: ExpectStatic, unit: string, end: object): Promise<number> {
    const { ms } = await systemd.run('systemctl', 'stop', unit);
    expect(await showEnd(systemd, unit), await systemd.journal(unit)).toEqual(end);
    expect(systemd.processesOf(unit)).toEqual([]);
    return ms;
  }

  it('the start is over when the service is ready, and the status says what it does', async ({ expect }) => {
    const unit = 'ready.service';
    await start(expect, unit);
    const shown = await systemd.show(unit, 'ActiveState', 'SubState', 'StatusText');
    expect(shown).toEqual({ ActiveState: 'active', SubState: 'running', StatusText: 'running' });
    expect(await systemd.journal(unit)).toContain('notifies: true, NOTIFY_SOCKET: undefined');
    await stop(expect, unit, success);
  });

  it('a stop in time ends with success, and leaves no process', async ({ expect }) => {
    const unit = 'in-time.service';
    await start(expect, unit);
    expect(systemd.processesOf(unit).length).toBeGreaterThanOrEqual(2);
    await stop(expect, unit, success);
  });

  it('a stop that gets on may take longer than TimeoutStopSec', async ({ expect }) => {
    await start(expect, 'extended.service');
    expect(await stop(expect, 'extended.service', success)).toBeGreaterThan(6_000);
  });

  it('a stop that stalls is cut, long before its own deadline', async ({ expect }) => {
    await start(expect, 'stalled.service');
    // The last job but the stuck one ends after 3 s; without any extension it would be cut then.
    const ms = await stop(expect, 'stalled.service', cut);
    expect(ms).toBeGreaterThan(6_500);
    expect(ms).toBeLessThan(40_000);
  });

  it('a stop of its own is one for systemd too, and may take longer than TimeoutStopSec', async ({
    expect,
  }) => {
    const { ms } = await systemd.runToEnd('own-stop.service');
    expect(await showEnd(systemd, 'own-stop.service')).toEqual(success);
    expect(ms).toBeGreaterThan(5_500);
  });

  it('the watchdog lets a service live, and ends one whose event loop is blocked', async ({ expect }) => {
    await systemd.runToEnd('blocked.service');
    expect(await systemd.journal('blocked.service')).toContain('blocking');
    const end = await showEnd(systemd, 'blocked.service');
    expect(end).toMatchObject({ ActiveState: 'failed', Result: 'watchdog', ExecMainStatus: '6' });
    expect(systemd.processesOf('blocked.service')).toEqual([]);
  });

  it('a user other than root is heard with NotifyAccess=all', async ({ expect }) => {
    await start(expect, 'user.service');
    expect(await stop(expect, 'user.service', success)).toBeGreaterThan(6_000);
  });

  it.for(['perl', 'python3'] as const)('without systemd-notify, %s speaks', async (name, context) => {
    const { expect } = context;
    const program = requireServer(context, name);
    mkdirSync(systemd.path(`/run/only-${name}`));
    symlinkSync(program, systemd.path(`/run/only-${name}/${name}`));
    await start(expect, `${name}.service`);
    expect(await stop(expect, `${name}.service`, success)).toBeGreaterThan(6_000);
  });

  it('a program under quiesce run does not speak for it, and may die by the signal', async ({ expect }) => {
    await start(expect, 'program.service');
    const journal = await systemd.journal('program.service');
    expect(journal).toContain('INVOCATION_ID=');
    expect(journal).not.toMatch(/NOTIFY_SOCKET=|WATCHDOG_/);
    await stop(expect, 'program.service', success);
  });

  it('a lame duck of nats-server may take longer than TimeoutStopSec while its clients leave', async (context) => {
    const { expect } = context;
    requireServer(context, 'nats-server');
    writeFileSync(systemd.path('/run/nats.conf'), natsConfig);
    await start(expect, 'lame-duck.service');
    const client = await systemd.run('node', '--input-type=module', '--eval', leaveByLameDuck);
    expect(client).toMatchObject({ code: 0, stderr: '' });
    // Eleven pauses of half a second at least: see server/server.go, lameDuckMode.
    expect(Number(client.stdout)).toBeGreaterThan(5_000);
    await stop(expect, 'lame-duck.service', success);
  });

  it('ExecStop waits for the end, and is given more time while the service gets on', async ({ expect }) => {
    await start(expect, 'exec-stop.service');
    expect(await stop(expect, 'exec-stop.service', success)).toBeGreaterThan(6_000);
    const { ExecStop: stopped } = await systemd.show('exec-stop.service', 'ExecStop');
    expect(stopped).toContain('code=exited ; status=0');
  });
});
