import type { TestContext } from 'vitest';
import { failureName, findAddon } from '../../scripts/confluent-addon.mjs';
import { whyNotInstalled } from '../../scripts/failed-installs.mjs';
import { findCommand } from '../../scripts/find-command.mjs';
import { findGoProgram } from '../../scripts/go-programs.mjs';
import { findArchive } from '../../scripts/maven-archives.mjs';
import { findJars } from '../../scripts/maven-jars.mjs';
import table from '../../scripts/servers.json' with { type: 'json' };

/** A server of the table in `scripts/servers.json`. */
export type ServerName = keyof typeof table;

/** Where the server's program is, or the folder of a client that was built here; `undefined` when this machine does not have it. */
export function findServer(name: ServerName): string | undefined {
  const server = table[name];
  if ('goModule' in server) return findGoProgram(name, server.goModule);
  if ('nodeAddon' in server) return findAddon(name, server.nodeAddon);
  if ('maven' in server && findJars(name) === undefined) return undefined;
  if ('mavenArchive' in server && findArchive(name, server.mavenArchive) === undefined) return undefined;
  return findCommand(server.commands);
}

/** The class path of a server that is written in Java. */
export function classPath(name: ServerName): string {
  const server = table[name];
  if ('mavenArchive' in server) return `${findArchive(name, server.mavenArchive)}/lib/*`;
  return `${findJars(name)}/*`;
}

/**
 * The path of a real server's program. A machine that does not have it skips the test and says why; on CI, where
 * `scripts/install-servers.mjs` could have installed it, that is a failure.
 */
export function requireServer(context: TestContext, name: ServerName): string {
  const path = findServer(name);
  if (path !== undefined) return path;
  const server = table[name];
  const reason = whyNotInstalled('nodeAddon' in server ? failureName(name) : name);
  if (reason !== undefined) return context.skip(`${name} could not be had: ${reason}`);
  const remedy = `node scripts/install-servers.mjs ${name} (${sourceOf(server)})`;
  if (process.env['CI'] !== undefined && findCommand(['apt-get']) !== undefined) {
    throw new Error(
      `${name} is not installed. Add "tests" to its "neededBy" in scripts/servers.json, or: ${remedy}`,
    );
  }
  return context.skip(`${name} is not installed; ${remedy}`);
}

function sourceOf(server: (typeof table)[ServerName]): string {
  if ('goModule' in server) return `Go module ${server.goModule}`;
  if ('nodeAddon' in server) return `the source in npm package ${server.nodeAddon}`;
  return `Debian package ${server.aptPackage}`;
}
