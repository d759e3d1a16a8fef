import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildRegistry } from '../processes/child-registry.js';
import { BARE } from '../servers/catalogue.js';
import { configureNginx } from '../servers/nginx-configuration.js';
import { startServer } from '../servers/server-process.js';
import type { JudgedServer } from './judged-servers.js';

/** What the table needs of the judge's report; `packages/verify/schema` describes all of it. */
export interface JudgedReport {
  readonly version: string;
  readonly seed: string;
  readonly passed: boolean;
  readonly durationMs: number;
  readonly clauses: readonly {
    readonly id: string;
    readonly title: string;
    readonly page: string;
    readonly outcome: 'pass' | 'fail' | 'not-applicable';
    readonly reason: string;
  }[];
  readonly account: { readonly total: number; readonly verdicts: Readonly<Record<string, number>> };
  readonly notes: readonly string[];
}

export interface JudgeSettings {
  readonly runs: number;
  readonly seed: string;
}

const JUDGE = fileURLToPath(new URL('../../../packages/verify/dist/cli/main.js', import.meta.url));
const REQUESTS = fileURLToPath(new URL('../../servers/judged/requests.json', import.meta.url));
/** Longer than the ten seconds that close-with-grace and others take by default, shorter than any platform's patience. */
const DEADLINE_SECONDS = '12';

/** Has one server judged; undefined, with the judge's reason on standard error, when that was not possible. */
export async function judge(
  children: ChildRegistry,
  server: JudgedServer,
  settings: JudgeSettings,
): Promise<JudgedReport | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'quiesce-judge-'));
  const proxy = server.proxy === true ? await setUpProxy(children, directory, server.command) : undefined;
  try {
    const json = join(directory, 'report.json');
    const plan = ['--runs', String(settings.runs), '--seed', settings.seed, '--deadline', DEADLINE_SECONDS];
    const its = [...(server.settings ?? []), ...(proxy?.settings ?? [])];
    const command = proxy?.command ?? server.command;
    const forms = ['--quiet', '--json', json];
    const judging = children.start(
      process.execPath,
      [
        JUDGE,
        ...forms,
        ...plan,
        '--requests',
        REQUESTS,
        '--served-log',
        '^served ',
        ...its,
        '--',
        ...command,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...server.env, JUDGED: '1' } },
    );
    const { code } = await judging.exited;
    return code === 0 || code === 1 ? (JSON.parse(readFileSync(json, 'utf8')) as JudgedReport) : undefined;
  } finally {
    await proxy?.end();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Proxy {
  readonly command: readonly string[];
  readonly settings: readonly string[];
  end(): Promise<void>;
}

/** It cannot open a socket as its log, and what the judge reads from is one: `cat` passes on what it writes into a fifo. */
const WITH_LOG = 'mkfifo "$0" 2>/dev/null; cat "$0" & exec "$@"';

/** nginx with its configuration, and a server behind it that is not stopped. */
async function setUpProxy(
  children: ChildRegistry,
  directory: string,
  nginx: readonly string[],
): Promise<Proxy> {
  const backend = await startServer(children, BARE, { directory });
  const port = await findFreePort();
  const servedLog = join(directory, 'served');
  const own = join(directory, 'nginx');
  const args = configureNginx({ directory: own, port, backendPort: backend.port, servedLog });
  return {
    command: ['/bin/sh', '-c', WITH_LOG, servedLog, ...nginx, ...args],
    settings: ['--port', String(port)],
    end: backend.end,
  };
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
