import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepFailure } from './failed-installs.mjs';
import { findCommand } from './find-command.mjs';
import { findNodeHeaders } from './node-headers.mjs';

/*
 * Builds the native part of a client that wraps librdkafka, whose source is in its npm package. What the package's own
 * install script does is to download a binary, or else the sources of OpenSSL and others; nothing of that is needed to talk
 * to a broker in plain text, so librdkafka is built without all of it, and nothing is downloaded.
 *
 *   .cache/servers/<name>/<version>/librdkafka/     its static libraries, for all versions of Node.js
 *   .cache/servers/<name>/<version>/node-<abi>/     the package, with its addon
 */

const folder = fileURLToPath(new URL('../.cache/servers', import.meta.url));
const fromCore = createRequire(new URL('../packages/core/package.json', import.meta.url));
const libraries = ['src/librdkafka.a', 'src-cpp/librdkafka++.a'];
/** Beyond that one step of the build hangs, in milliseconds. */
const patienceMs = 10 * 60_000;

/**

/**
 * The folder of a client that was built for this version of Node.js; undefined when it is not here.
 * @param {string} name
 * @param {string} packageName
 * @returns {string | undefined}
 */
export function findAddon(name, packageName) {
  const built = addonFolder(name, describe(packageName).version);
  return existsSync(built) ? built : undefined;
}

/**
 * Builds a client for this version of Node.js.
 * @param {string} name
 * @param {string} packageName
 * @returns {boolean} whether it is here
 */
export function installAddon(name, packageName) {
  if (findAddon(name, packageName) !== undefined) return keepFailure(failureName(name), undefined);
  return keepFailure(failureName(name), build(name, packageName));
}

/**
 * By what name it is kept why a client could not be built for this version of Node.js.
 * @param {string} name
 */
export function failureName(name) {
  return `${name}-node-${process.versions.modules}`;
}

/**
 * @param {string} name
 * @param {string} packageName
 * @returns {string | undefined} why it failed
 */
function build(name, packageName) {
  const lacking = ['cc', 'c++', 'make', 'python3'].filter((tool) => findCommand([tool]) === undefined);
  if (lacking.length > 0) return `this machine has no ${lacking.join(', ')}`;
  const headers = findNodeHeaders();
  if (headers === undefined) return `the headers of Node.js ${process.versions.node} are not here`;
  const nodeGyp = findNodeGyp();
  if (nodeGyp === undefined) return 'npm has no node-gyp here';
  const { source, version, module } = describe(packageName);
  const target = addonFolder(name, version);
  const making = `${target}.${process.pid}`;
  cpSync(source, making, { recursive: true });
  const kept = join(dirname(target), 'librdkafka');
  const failure =
    buildLibrary(making, kept) ??
    buildAddon(making, kept, { nodeGyp, headers }) ??
    run(process.execPath, ['--eval', "require('./librdkafka.js')"], making) ??
    keep(making, target, module);
  rmSync(making, { recursive: true, force: true });
  return failure;
}

/**
 * librdkafka itself takes most of the time, and does not depend on Node.js.
 * @param {string} making
 * @param {string} kept
 */
function buildLibrary(making, kept) {
  if (existsSync(kept)) return undefined;
  const cwd = join(making, 'deps/librdkafka');
  const without = ['ssl', 'gssapi', 'curl', 'zlib', 'zstd', 'lz4-ext', 'syslog', 'debug-symbols'];
  const failure =
    run('./configure', ['--no-download', ...without.map((part) => `--disable-${part}`)], cwd) ??
    libraries
      .map((library) => run('make', ['-s', '-j2', '-C', dirname(library), basename(library)], cwd))
      .find((each) => each !== undefined);
  if (failure !== undefined) return failure;
  const copied = `${kept}.${process.pid}`;
  mkdirSync(copied, { recursive: true });
  for (const library of libraries) copyFileSync(join(cwd, library), join(copied, basename(library)));
  if (!existsSync(kept)) renameSync(copied, kept);
  rmSync(copied, { recursive: true, force: true });
  return undefined;
}

/**
 * @param {string} making
 * @param {string} kept
 * @param {{ nodeGyp: string, headers: string }} tools
 */
function buildAddon(making, kept, { nodeGyp, headers }) {
  const sources = join(making, 'deps/librdkafka');
  return run(
    process.execPath,
    [nodeGyp, 'rebuild', `--nodedir=${headers}`, '--jobs=2', '--loglevel=error'],
    making,
    {
      // What npm has set in the environment of its scripts would override the argument.
      npm_config_nodedir: headers,
      // As if librdkafka were installed; see binding.gyp.
      BUILD_LIBRDKAFKA: '0',
      CPLUS_INCLUDE_PATH: [join(sources, 'src'), join(sources, 'src-cpp')].join(':'),
      LIBRARY_PATH: kept,
    },
  );
}

/**
 * Takes along what is needed at run time.
 * @param {string} making
 * @param {string} target
 * @param {string} module
 * @returns {undefined}
 */
function keep(making, target, module) {
  const kept = `${target}.kept.${process.pid}`;
  for (const each of ['package.json', 'librdkafka.js', 'lib', `build/Release/${module}.node`]) {
    cpSync(join(making, each), join(kept, each), { recursive: true });
  }
  if (!existsSync(target)) renameSync(kept, target);
  rmSync(kept, { recursive: true, force: true });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} [env]
 * @returns {string | undefined} why it failed
 */
function run(command, args, cwd, env = {}) {
  const { status, signal, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
    timeout: patienceMs,
  });
  if (status === 0) return undefined;
  process.stderr.write(stderr ?? '');
  const what = [basename(command), ...args.filter((arg) => !arg.startsWith('-')).map((arg) => basename(arg))];
  return `${what.join(' ')} failed: ${error?.message ?? signal ?? stderr.trim().split('\n').at(-1)}`;
}

/** @returns {string | undefined} */
function findNodeGyp() {
  const npm = findCommand(['npm']);
  if (npm === undefined) return undefined;
  try {
    return createRequire(realpathSync(npm)).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return undefined;
  }
}

/** @param {string} packageName */
function describe(packageName) {
  const manifest = fromCore.resolve(`${packageName}/package.json`);
  const { version, binary } = JSON.parse(readFileSync(manifest, 'utf8'));
  return { source: dirname(manifest), version: String(version), module: String(binary.module_name) };
}

/**
 * @param {string} name
 * @param {string} version
 */
function addonFolder(name, version) {
  return join(folder, name, version, `node-${process.versions.modules}`);
}
