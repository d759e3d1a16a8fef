// Emits the JavaScript of every package once more, without comments: whoever installs a package reads its documentation
// in the declarations, which keep theirs. TypeScript can only drop both or neither in one pass.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listPackages } from './workspace.mjs';

const javascriptOnly = [
  '--removeComments',
  ...['--composite', '--declaration', '--incremental', '--isolatedDeclarations'].flatMap((option) => [
    option,
    'false',
  ]),
  '--noCheck',
];

for (const { folder } of listPackages()) {
  const config = join(folder, 'tsconfig.json');
  if (!existsSync(config)) continue;
  execFileSync('npx', ['--no-install', 'tsc', '-p', config, ...javascriptOnly], { stdio: 'inherit' });
}
