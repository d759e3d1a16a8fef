import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepFailure } from './failed-installs.mjs';
import { findCommand } from './find-command.mjs';

/** Where archives are unpacked, by the name of their server in servers.json. */
const folder = fileURLToPath(new URL('../.cache/servers', import.meta.url));
/** Beyond that the repository is not reachable, or too slow to be waited for, in milliseconds. */
const patienceMs = 5 * 60_000;

/**
 * The folder of a server that comes as one archive with all it needs; undefined when it is not here.
 * @param {string} name
 * @param {string} artifact as `group:artifact:version:type:classifier`
 * @returns {string | undefined}
 */
export function findArchive(name, artifact) {
  const unpacked = archiveFolder(name, artifact);
  return existsSync(unpacked) ? unpacked : undefined;
}

/**
 * Brings an archive from where Maven looks by default, and unpacks it.
 * @param {string} name
 * @param {string} artifact
 * @returns {boolean} whether it is here
 */
export function installArchive(name, artifact) {
  if (findArchive(name, artifact) !== undefined) return keepFailure(name, undefined);
  const target = archiveFolder(name, artifact);
  const making = `${dirname(target)}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const failure = download(artifact, making) ?? unpack(making);
  if (failure === undefined) {
    // Other versions are not asked for any more, and archives are large.
    rmSync(dirname(target), { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(making, 'unpacked'), target);
  }
  rmSync(making, { recursive: true, force: true });
  return keepFailure(name, failure);
}

/**
 * @param {string} artifact
 * @param {string} making
 * @returns {string | undefined} why it failed
 */
function download(artifact, making) {
  if (findCommand(['mvn']) === undefined) return 'this machine has no Maven';
  const args = [
    '-B',
    '-q',
    '-Dstyle.color=never',
    'dependency:copy',
    `-Dartifact=${artifact}`,
    '-DoutputDirectory=download',
    // The archive would stay in the user's repository otherwise, a second time.
    `-Dmaven.repo.local=${join(making, 'repository')}`,
  ];
  const options = /** @type {const} */ ({ cwd: making, encoding: 'utf8', timeout: patienceMs });
  const { status, stdout, error } = spawnSync('mvn', args, options);
  if (status === 0) return undefined;
  process.stderr.write(stdout);
  // Maven writes its errors to its standard output, and what went wrong into the first of them.
  const [first] = stdout.match(/(?<=\[ERROR\] ).+/) ?? [`exit code ${status}`];
  return `mvn dependency:copy of ${artifact} failed: ${error?.message ?? first}`;
}

/**
 * Without the folder that all its files are in.
 * @param {string} making
 * @returns {string | undefined} why it failed
 */
function unpack(making) {
  const [archive = ''] = readdirSync(join(making, 'download'));
  const target = join(making, 'unpacked');
  mkdirSync(target);
  const args = ['-xzf', join(making, 'download', archive), '-C', target, '--strip-components=1'];
  const { status, stderr, error } = spawnSync('tar', args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return `${archive} could not be unpacked: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

/**
 * @param {string} name
 * @param {string} artifact
 */
function archiveFolder(name, artifact) {
  return join(folder, name, artifact.split(':')[2] ?? '');
}
