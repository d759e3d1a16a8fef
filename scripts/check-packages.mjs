// Packs every package that is published and checks what users would get: the exports map and the files behind it
// (publint), the types under every kind of module resolution that an ES module can meet (attw), the licence, no
// install scripts, and the weight.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { listPublicPackages, pack, root } from './workspace.mjs';

/** What a package may weigh when it is installed, in KiB. */
const budgets = new Map([['@quiesce/core', 300]]);

const destination = join(root, '.cache/packed');
rmSync(destination, { recursive: true, force: true });

const findings = listPublicPackages().flatMap(checkPackage);
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;

/**
 * @param {import('./workspace.mjs').WorkspacePackage} workspacePackage
 * @returns {readonly string[]} what is wrong with it
 */
function checkPackage(workspacePackage) {
  const { manifest } = workspacePackage;
  const { tarball, files, unpackedBytes } = pack(workspacePackage, destination);
  const weight = unpackedBytes / 1024;
  const budget = budgets.get(manifest.name) ?? Number.POSITIVE_INFINITY;
  console.log(`${manifest.name}: ${files.length} files, ${weight.toFixed(0)} KiB`);
  const installScripts = ['preinstall', 'install', 'postinstall'].filter((name) => manifest.scripts?.[name]);
  return [
    ...(files.includes('LICENSE') ? [] : ['has no LICENSE']),
    ...(weight <= budget ? [] : [`weighs ${weight.toFixed(0)} KiB; ${budget} KiB are allowed`]),
    ...installScripts.map((name) => `has an install script: ${name}`),
    ...runTool('publint', ['run', tarball, '--strict']),
    ...runTool('attw', [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji']),
  ].map((finding) => `${manifest.name} ${finding}`);
}

/**
 * @param {string} name
 * @param {readonly string[]} args
 * @returns {readonly string[]}
 */
function runTool(name, args) {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', name), args, {
    encoding: 'utf8',
  });
  return status === 0 ? [] : [`fails ${name}:\n${stdout}${stderr}`];
}
