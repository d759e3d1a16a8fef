// Makes what was built as small as what an installed package needs:
// 1. JavaScript without comments and indentation, and with short names for parameters and local variables: the
//    documentation is in the declarations, which keep theirs. Functions, classes and what is on a module's top level keep
//    their names, and lines are short, so that a stack trace leads somewhere. The compiler can only drop the comments of
//    both or of neither, so the JavaScript is emitted once more.
// 2. Only the declarations that an entry point leads to: the `exports` let nobody reach the others. The compiler
//    writes them all to `.cache/declarations/`, where the type check of the tests finds them.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { minify } from 'terser';
import { listPackages, root } from './workspace.mjs';

const javascriptOnly = [
  '--removeComments',
  ...['--composite', '--declaration', '--incremental', '--isolatedDeclarations'].flatMap((option) => [
    option,
    'false',
  ]),
  '--declarationDir',
  'null',
  '--noCheck',
];

for (const { folder, manifest } of listPackages()) {
  const config = join(folder, 'tsconfig.json');
  if (!existsSync(config)) continue;
  execFileSync('npx', ['--no-install', 'tsc', '-p', config, ...javascriptOnly], { stdio: 'inherit' });
  await minifyJavaScript(join(root, folder, 'dist'));
  const declarations = join(root, '.cache/declarations', basename(folder));
  const dist = join(root, folder, 'dist');
  const entryPoints = listTypes(manifest).map((types) => join(declarations, relative('dist', types)));
  for (const declaration of findReachable(entryPoints)) {
    const target = join(dist, relative(declarations, declaration));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(declaration, target);
  }
}

/**
 * Takes out of the JavaScript in a folder what only its readers need.
 * @param {string} folder
 */
async function minifyJavaScript(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue;
    const path = join(folder, name);
    const mangle = { keep_classnames: true, keep_fnames: true };
    const format = { semicolons: false, max_line_len: 120, shebang: true };
    const { code } = await minify(readFileSync(path, 'utf8'), {
      module: true,
      compress: false,
      mangle,
      format,
    });
    if (code === undefined) throw new Error(`terser made nothing of ${path}`);
    writeFileSync(path, code);
  }
}

/**
 * The declarations that the `exports` name.
 * @param {import('./workspace.mjs').Manifest} manifest
 */
function listTypes({ exports = {} }) {
  return Object.values(exports).flatMap((entry) => {
    const types = typeof entry === 'object' ? entry?.['types'] : undefined;
    return types === undefined ? [] : [types];
  });
}

/**
 * All declarations that lead from some to others.
 * @param {readonly string[]} entryPoints
 */
function findReachable(entryPoints) {
  const reachable = new Set();
  const left = [...entryPoints];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (reachable.has(path) || !existsSync(path)) continue;
    reachable.add(path);
    for (const [, specifier = ''] of readFileSync(path, 'utf8').matchAll(
      /(?:from|import\()\s*['"](\.[^'"]+)['"]/g,
    )) {
      left.push(join(dirname(path), specifier.replace(/\.js$/, '.d.ts')));
    }
  }
  return reachable;
}
