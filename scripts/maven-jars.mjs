import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the jars of a server are put, by its name in servers.json. */
const folder = fileURLToPath(new URL('../.cache/servers', import.meta.url));

/**
 * The folder with all jars of a server that is written in Java; undefined when they are not here.
 * @param {string} name
 * @returns {string | undefined}
 */
export function findJars(name) {
  const jars = join(folder, name);
  return existsSync(jars) ? jars : undefined;
}

/**
 * Brings artifacts and what they depend on from where Maven looks by default.
 * @param {string} name
 * @param {readonly string[]} artifacts as `group:artifact:version`
 * @returns {boolean} whether they are here
 */
export function installJars(name, artifacts) {
  if (findJars(name) !== undefined) return true;
  const target = join(folder, name);
  const making = `${target}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  writeFileSync(join(making, 'pom.xml'), pom(artifacts));
  const args = [
    '-B',
    '-q',
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    '-DoutputDirectory=jars',
  ];
  const { status } = spawnSync('mvn', args, { cwd: making, stdio: ['ignore', 'inherit', 'inherit'] });
  mkdirSync(dirname(target), { recursive: true });
  if (status === 0 && !existsSync(target)) renameSync(join(making, 'jars'), target);
  rmSync(making, { recursive: true, force: true });
  return status === 0;
}

/** @param {readonly string[]} artifacts */
function pom(artifacts) {
  const dependencies = artifacts.map((artifact) => {
    const [group, id, version] = artifact.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${id}</artifactId><version>${version}</version></dependency>`;
  });
  return [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>quiesce</groupId><artifactId>servers</artifactId><version>1</version>',
    `<dependencies>${dependencies.join('')}</dependencies></project>`,
  ].join('\n');
}
