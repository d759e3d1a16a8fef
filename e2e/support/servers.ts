import type { TestContext } from 'vitest';
import { findCommand } from '../../scripts/find-command.mjs';
import { findJars } from '../../scripts/maven-jars.mjs';
import table from '../../scripts/servers.json' with { type: 'json' };

/** A server of the table in `scripts/servers.json`. */
export type ServerName = keyof typeof table;

/** Where the server's program is; `undefined` when this machine does not have it. */
export function findServer(name: ServerName): string | undefined {
  if ('maven' in table[name] && findJars(name) === undefined) return undefined;
  return findCommand(table[name].commands);
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
  const { aptPackage } = table[name];
  const remedy = `node scripts/install-servers.mjs ${name} (Debian package ${aptPackage})`;
  if (process.env['CI'] !== undefined && findCommand(['apt-get']) !== undefined) {
    throw new Error(
      `${name} is not installed. Add "tests" to its "neededBy" in scripts/servers.json, or: ${remedy}`,
    );
  }
  return context.skip(`${name} is not installed; ${remedy}`);
}
