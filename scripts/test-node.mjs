// Runs tests on another version of Node.js, which comes as an npm package:
//
//   npm run test:node -- 22                     the tests of packages/core
//   npm run test:node -- 24 packages/verify     tests by path, as vitest filters them
//   npm run test:node -- 22 --project judge     those of other projects of vitest.config.ts
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** By its name in servers.json. */
const addon = 'confluent-kafka-javascript';
const root = fileURLToPath(new URL('..', import.meta.url));
const [major = '', ...rest] = process.argv.slice(2);
if (!/^\d+$/.test(major)) throw new Error('which version? npm run test:node -- 22');

const node = installNode(major);
const searchPath = [dirname(node), process.env['PATH']].join(delimiter);
run(node, ['--version'], searchPath);
// What was built for one version of Node.js is built for this one too, and on CI it is at least tried.
if (process.env['CI'] !== undefined || existsSync(join(root, '.cache/servers', addon))) {
  run(node, [join(root, 'scripts/install-servers.mjs'), addon], searchPath);
}
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const projects = rest.includes('--project') ? [] : ['--project', 'unit', '--project', 'e2e'];
run(node, [vitest, 'run', ...projects, ...(rest.length > 0 ? rest : ['packages/core/'])], searchPath);

/**
 * The newest release of a major version, kept in .cache/. Its package is the bare binary for one platform, so that no
 * install script is needed.
 * @param {string} version
 */
function installNode(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, '.cache/node', version);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (!existsSync(binary)) {
    const options = ['--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts'];
    run('npm', ['install', ...options, `${name}@${version}`], process.env['PATH']);
  }
  return binary;
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string | undefined} path
 */
function run(command, args, path) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  if (status === 0) return;
  console.error(`${command} ${args.join(' ')}: ${error?.message ?? signal ?? `exit code ${status}`}`);
  process.exit(status ?? 1);
}
