import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepFailure } from './failed-installs.mjs';
import { findCommand } from './find-command.mjs';

/** Where programs that are built here from their source are put, by the name of their server in servers.json. */
const folder = fileURLToPath(new URL('../.cache/servers', import.meta.url));
/** Beyond that the module proxy is not reachable, or too slow to be waited for, in milliseconds. */
const patienceMs = 5 * 60_000;

/**
 * The program of a server that is built from a Go module; undefined when it is not here.
 * @param {string} name
 * @param {string} module with its version, as `go install` takes it
 */
export function findGoProgram(name, module) {
  return findCommand([programFile(name, module)]);
}

/**
 * Builds a program from its source, which comes from where Go looks for modules.
 * @param {string} name
 * @param {string} module
 * @param {string | undefined} go the compiler
 * @returns {boolean} whether it is here
 */
export function installGoProgram(name, module, go) {
  if (findGoProgram(name, module) !== undefined) return true;
  return keepFailure(name, go === undefined ? 'this machine has no Go' : build(name, module, go));
}

/**
 * @param {string} name
 * @param {string} module
 * @param {string} go
 * @returns {string | undefined} why it failed
 */
function build(name, module, go) {
  const target = programFile(name, module);
  const making = `${dirname(target)}.${process.pid}`;
  const { status, stderr, error } = spawnSync(go, ['install', '-trimpath', module], {
    // A later Go than this one is fetched when the module needs it.
    env: { ...process.env, GOBIN: making, GOTOOLCHAIN: 'auto', GOPROXY: listProxies(go) },
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    timeout: patienceMs,
  });
  process.stderr.write(stderr);
  if (status === 0) {
    mkdirSync(dirname(target), { recursive: true });
    renameSync(join(making, basename(target)), target);
  }
  rmSync(making, { recursive: true, force: true });
  if (status === 0) return undefined;
  return `go install ${module} failed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

/**
 * The module proxies that this machine uses; not the repositories themselves, which Go would turn to after them.
 * @param {string} go
 */
function listProxies(go) {
  const { stdout } = spawnSync(go, ['env', 'GOPROXY'], { encoding: 'utf8' });
  const proxies = stdout
    .trim()
    .split(/[,|]/)
    .filter((proxy) => !['', 'direct', 'off'].includes(proxy));
  return proxies.length === 0 ? 'off' : proxies.join(',');
}

/**
 * It keeps the name by which it is known: the last part of the module's path that is no major version.
 * @param {string} name
 * @param {string} module
 */
function programFile(name, module) {
  const [path = '', version = ''] = module.split('@');
  return join(folder, name, version, basename(path.replace(/\/v\d+$/, '')));
}
