// Removes everything that a build, a test run or a check has made.
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const packages = readdirSync(new URL('packages/', root));

const made = [
  '.cache',
  'coverage',
  ...packages.flatMap((name) => [`packages/${name}/dist`, `packages/${name}/coverage`]),
];
for (const path of made) rmSync(fileURLToPath(new URL(path, root)), { recursive: true, force: true });
