import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/* This module may be part of any file of the package, so nothing is found relative to where it is. */
const require = createRequire(import.meta.url);
const manifest = 'quiesce/package.json';

/** The version of this package. */
export const version: string = (require(manifest) as { version: string }).version;

/** The file of the command `quiesce`, which a shell can run too. */
export const launcherFile: string = join(dirname(require.resolve(manifest)), 'bin/quiesce.js');
