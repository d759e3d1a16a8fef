// npm run size: what installing @quiesce/core brings along, beside its peers.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCommandOptions } from '../reporting/command-options.js';
import { describeMachine } from '../reporting/machine.js';
import { formatNumber, markdownTable } from '../reporting/markdown-table.js';
import { publish } from '../reporting/publish.js';
import { type Installed, weighInstalled } from './installed.js';

const ROOT = new URL('../../', import.meta.url);
const CORE = fileURLToPath(new URL('../packages/core', ROOT));
const INSTALL_LIMIT_MS = 120_000;
/** Peers, in the versions of the servers under test; fastify because two of them need it. */
const PEERS = [
  'stoppable',
  'close-with-grace',
  'http-graceful-shutdown',
  '@godaddy/terminus',
  'http-terminator',
  'lightship',
  'fastify-graceful-shutdown',
  'fastify',
];

function npm(folder: string, ...args: readonly string[]): string {
  return execFileSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: INSTALL_LIMIT_MS,
  });
}

/** Packs the package as it would be published. */
function pack(directory: string): string {
  const [packed] = JSON.parse(npm(CORE, 'pack', '--json', '--pack-destination', directory)) as [
    { readonly filename: string },
  ];
  return join(directory, packed.filename);
}

/** Installs as a user would, for production, into an empty folder. */
function install(directory: string, name: string, specifier: string): Installed {
  const folder = join(directory, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  // Install scripts are counted, not run.
  npm(folder, 'install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', specifier);
  return weighInstalled(folder);
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

function versionOf(name: string): string {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as Manifest;
  return `${name}@${dependencies[name] ?? 'latest'}`;
}

const { record } = parseCommandOptions({});
const machine = describeMachine();
const startedAt = new Date();
const directory = mkdtempSync(join(tmpdir(), 'quiesce-size-'));
const weighed: { readonly title: string; readonly installed: Installed }[] = [];
let packedKiB: number;
try {
  const tarball = pack(directory);
  packedKiB = statSync(tarball).size / 1024;
  weighed.push({ title: '**@quiesce/core**', installed: install(directory, 'own', tarball) });
  for (const [index, name] of PEERS.entries()) {
    const specifier = versionOf(name);
    process.stderr.write(`${specifier}\n`);
    weighed.push({ title: specifier, installed: install(directory, `peer-${index}`, specifier) });
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const rows = weighed.map(({ title, installed: { packages, kiB, diskKiB, withInstallScript } }) => [
  title,
  formatNumber(packages),
  formatNumber(kiB),
  formatNumber(diskKiB),
  withInstallScript.length === 0 ? 'none' : withInstallScript.join(', '),
]);
const text = `A production install into an empty folder each; the packed @quiesce/core is ${formatNumber(packedKiB)} KiB.`;
const table = markdownTable(
  ['installed', 'packages', 'KiB of files', 'KiB on disk', 'install scripts'],
  rows,
);
publish({
  name: 'size',
  machine,
  startedAt,
  markdown: `${text}\n\n${table}`,
  data: { packedKiB, weighed },
  record,
});
