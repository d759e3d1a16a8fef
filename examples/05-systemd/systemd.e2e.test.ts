import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, type ExpectStatic, it, type TestContext } from 'vitest';
import { requireServer } from '../../e2e/support/servers.js';
import { type BootedSystemd, bootSystemd } from '../../e2e/support/systemd/boot-systemd.js';
import { requireSystemd } from '../../e2e/support/systemd/require-systemd.js';

const folder = fileURLToPath(new URL('.', import.meta.url));
const unitNames = readdirSync(folder).filter((name) => name.endsWith('.service'));
const units = Object.fromEntries(unitNames.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

const ends: (() => Promise<void>)[] = [];
let booting: Promise<BootedSystemd> | undefined;

/** One systemd for all tests of this file, in which everything is where the units expect it. */
function boot(context: TestContext): Promise<BootedSystemd> {
  const path = requireSystemd(context);
  booting ??= bootSystemd(path, (end) => ends.push(end)).then(async (systemd) => {
    symlinkSync('/opt/quiesce/examples/05-systemd', systemd.path('/srv/orders'));
    symlinkSync('/opt/quiesce/packages/cli/bin/quiesce.js', systemd.path('/usr/bin/quiesce'));
    await systemd.addUnits(units);
    return systemd;
  });
  return booting;
}

const success = { ActiveState: 'inactive', Result: 'success', ExecMainStatus: '0' };

/** Stops a unit while an answer of it is under way, and prints the answer. */
const stopWhileAnswering = `
  const { spawnSync } = await import('node:child_process');
  const answer = await fetch('http://127.0.0.1:8080/order/1');
  spawnSync('systemctl', ['stop', '--no-block', process.argv[1]], { stdio: 'inherit' });
  process.stdout.write(await answer.text());
`;

describe('under a real systemd', () => {
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

  async function stop(expect: ExpectStatic, unit: string, end: object): Promise<void> {
    await systemd.run('systemctl', 'stop', unit);
    const shown = await systemd.show(unit, 'ActiveState', 'Result', 'ExecMainStatus');
    expect(shown, await systemd.journal(unit)).toEqual(end);
    expect(systemd.processesOf(unit)).toEqual([]);
  }

  it.for(unitNames)('%s passes systemd-analyze verify', async (unit, context) => {
    const { expect } = context;
    // A unit whose program is not there is a wrong one.
    if (unit.startsWith('nats')) requireServer(context, 'nats-server');
    const { code, stdout, stderr } = await systemd.run('systemd-analyze', 'verify', `/srv/orders/${unit}`);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.for(['orders.service', 'orders-exec-stop.service'])(
    '%s answers what it has begun, and ends with success',
    async (unit, { expect }) => {
      await start(expect, unit);
      const client = await systemd.run('node', '--input-type=module', '--eval', stopWhileAnswering, unit);
      expect(client).toMatchObject({ code: 0, stdout: 'answered /order/1\n', stderr: '' });
      await stop(expect, unit, success);
    },
  );

  it('nats-quiesce.service is ready when nats-server is, and ends with success', async (context) => {
    requireServer(context, 'nats-server');
    const { expect } = context;
    await start(expect, 'nats-quiesce.service');
    const { StatusText: status } = await systemd.show('nats-quiesce.service', 'StatusText');
    expect(status).toBe('running');
    const health = "process.stdout.write(await (await fetch('http://127.0.0.1:8222/healthz')).text())";
    const { stdout } = await systemd.run('node', '--input-type=module', '--eval', health);
    expect(JSON.parse(stdout)).toEqual({ status: 'ok' });
    await stop(expect, 'nats-quiesce.service', success);
    expect(await systemd.journal('nats-quiesce.service')).toContain('Entering lame duck mode');
  });

  it('nats-server.service is gone when ExecStop returns, and has ended with success', async (context) => {
    requireServer(context, 'nats-server');
    const { expect } = context;
    await start(expect, 'nats-server.service');
    await stop(expect, 'nats-server.service', { ...success, ExecMainStatus: expect.any(String) });
    const journal = await systemd.journal('nats-server.service');
    expect(journal).toContain('Server is ready');
    expect(journal).toContain('Server Exiting');
  });
});
