import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/* This module may be part of any file of the package, so nothing is found relative to where it is. */
const require = createRequire(import.meta.url);
const manifest = '@quiesce/verify/package.json';

/** The version of this package, as it stands in every report. */
export const version: string = (require(manifest) as { version: string }).version;

/**
 * The file of a program of this package, a module that runs as a process of its own.
 * @param name its path under `src/`, without an extension
 */
export function programFile(name: string): string {
  return join(dirname(require.resolve(manifest)), 'dist', `${name}.js`);
}
