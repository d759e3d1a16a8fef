// Installs the servers that tests (or whoever is named) need, as far as this machine's package manager has them:
//
//   node scripts/install-servers.mjs                 what tests need
//   node scripts/install-servers.mjs benchmarks      what benchmarks need
//   node scripts/install-servers.mjs nginx etcd      these
//
// The table is scripts/servers.json. What cannot be had is said and is no failure here: the tests that need it say
// so as well, by being skipped, or on CI by failing (e2e/support/servers.ts).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { installAddon } from './confluent-addon.mjs';
import { findCommand } from './find-command.mjs';
import { installGoProgram } from './go-programs.mjs';
import { installArchive } from './maven-archives.mjs';
import { installJars } from './maven-jars.mjs';

/**
 * One with `maven` is written in Java: its command is `java`, and its jars come from there. One with `mavenArchive` is too, and
 * comes as one archive with all its jars. One with `goModule` is built from it by its command, `go`, where that is. One with
 * `nodeAddon` is no server but a client, whose native part is built from the source in that npm package, where there is a compiler.
 * @typedef {{ commands: string[], aptPackage?: string, maven?: string[], mavenArchive?: string, goModule?: string, nodeAddon?: string, neededBy: string[] }} Server
 */

/** @type {Record<string, Server>} */
const servers = JSON.parse(readFileSync(new URL('servers.json', import.meta.url), 'utf8'));

const wanted = process.argv.length > 2 ? process.argv.slice(2) : ['tests'];
const chosen = Object.entries(servers).filter(
  ([name, { neededBy }]) => wanted.includes(name) || neededBy.some((user) => wanted.includes(user)),
);
const missing = chosen.filter(([, { commands }]) => findCommand(commands) === undefined);

for (const [name, { commands }] of chosen) {
  console.log(`${name}: ${findCommand(commands) ?? 'not here'}`);
}
if (chosen.length === 0) console.log(`no server is needed by ${wanted.join(', ')}`);
const needsMaven =
  chosen.some(([, { maven, mavenArchive }]) => maven !== undefined || mavenArchive !== undefined) &&
  findCommand(['mvn']) === undefined;
const wantedPackages = [
  ...missing.flatMap(([, { aptPackage }]) => aptPackage ?? []),
  ...(needsMaven ? ['maven'] : []),
];
if (wantedPackages.length > 0) install(wantedPackages);

const still = chosen.filter(([name, server]) => !isHad(name, server));
if (still.length > 0) console.log(`could not be had: ${still.map(([name]) => name).join(', ')}`);

/**
 * @param {string} name
 * @param {Server} server
 */
function isHad(name, { commands, maven, mavenArchive, goModule, nodeAddon }) {
  const command = findCommand(commands);
  if (nodeAddon !== undefined) return installAddon(name, nodeAddon);
  if (goModule !== undefined) return installGoProgram(name, goModule, command);
  if (mavenArchive !== undefined) return command !== undefined && installArchive(name, mavenArchive);
  return command !== undefined && (maven === undefined || installJars(name, maven));
}

/** @param {readonly string[]} packages */
function install(packages) {
  if (findCommand(['apt-get']) === undefined) {
    console.log('this machine has no apt-get; install them by hand');
    return;
  }
  withoutStartingServices(() => {
    if (aptGet(['install', '--yes', '--no-install-recommends', ...packages])) return;
    // The lists of packages may be missing or stale. One package that is not to be had must not keep the others away.
    aptGet(['update']);
    for (const name of packages) aptGet(['install', '--yes', '--no-install-recommends', name]);
  });
}

/** @param {readonly string[]} args */
function aptGet(args) {
  const command = ['apt-get', '--quiet', '--quiet', '--option', 'DPkg::Lock::Timeout=120', ...args];
  return runAsRoot(['env', 'DEBIAN_FRONTEND=noninteractive', ...command]);
}

/** @param {readonly string[]} command */
function runAsRoot(command) {
  const [program = '', ...args] =
    process.getuid?.() === 0 ? command : ['sudo', '--non-interactive', ...command];
  return spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;
}

/**
 * Debian starts a server as soon as it is installed; tests start their own, on ports of their own. See policy-rc.d in
 * https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
 * @param {() => void} action
 */
function withoutStartingServices(action) {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = process.getuid?.() === 0 && !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    action();
  } finally {
    if (isOurs) rmSync(policy);
  }
}
