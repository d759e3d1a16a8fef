import type { TestContext } from 'vitest';
import { findCommand } from '../../scripts/find-command.mjs';
import { findGoProgram, whyNoGoProgram } from '../../scripts/go-programs.mjs';
import { findJars } from '../../scripts/maven-jars.mjs';
import table from '../../scripts/servers.json' with { type: 'json' };

/** A server of the table in `scripts/servers.json`. */
export type ServerName = keyof typeof table;

/** Where the server's program is; `undefined` when this machine does not have it. */
export function findServer(name: ServerName): string | undefined {
  const server = table[name];
  if ('goModule' in server) return findGoProgram(name, server.goModule);
  if ('maven' in server && findJars(name) === undefined) return undefined;
  return findCommand(server.commands);
}

/** The class path of a server that is written in Java. */
export function classPath(name: ServerName): string {
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
  const reason = whyNoGoProgram(name);
  if (reason !== undefined) return context.skip(`${name} could not be had: ${reason}`);
  const source =
    'goModule' in server ? `Go module ${server.goModule}` : `Debian package ${server.aptPackage}`;
  const remedy = `node scripts/install-servers.mjs ${name} (${source})`;
  if (process.env['CI'] !== undefined && findCommand(['apt-get']) !== undefined) {
    throw new Error(
      `${name} is not installed. Add "tests" to its "neededBy" in scripts/servers.json, or: ${remedy}`,
    );
  }
  return context.skip(`${name} is not installed; ${remedy}`);
}
