import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/* This module may be part of any file of the package, so nothing is found relative to where it is. */
const manifest = 'quiesce/package.json';

/** The version of this package. */
export function readVersion(): string {
  return (createRequire(import.meta.url)(manifest) as { version: string }).version;
}

/** The file of the command `quiesce`, which a shell can run too. */
export function findLauncher(): string {
  return join(dirname(createRequire(import.meta.url).resolve(manifest)), 'bin/quiesce.js');
}
