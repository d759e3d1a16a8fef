// Makes what an installed package needs, in its `dist/`, of its source and the declarations that the compiler wrote:
// 1. JavaScript in few files: one for each entry point and program, and one for what several of them share. Reading and
//    linking a file takes longer than running most of them. Comments and indentation are left out, and parameters and
//    local variables have short names: the documentation is in the declarations, which keep theirs. Functions and classes
//    keep their names, lines are short, and a comment says which source each part comes from, so that a stack trace leads
//    somewhere. What a package needs but does not depend on when it is installed becomes a part of it.
// 2. Only the declarations that an entry point leads to: the `exports` let nobody reach the others.
// A file that would stay as it is isn't written, so that a build disturbs no process that runs what was built before.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { minify } from 'terser';
import { listPackages, root } from './workspace.mjs';

/** What is run, not imported: modules that are a process of their own, by the package's folder. */
const programs = new Map([
  ['cli', ['main']],
  ['verify', ['cli/main', 'server/guardian-process', 'load/load-process']],
]);

/** What the bundler writes above the code of each module. */
const sourceComment = /^ [\w@/.-]+\.[jt]s$/;

for (const { folder, manifest } of listPackages()) {
  if (!existsSync(join(root, folder, 'tsconfig.json'))) continue;
  const entryPoints = listEntryPoints(manifest);
  const files = new Map([
    ...(await bundle(folder, manifest, [...entryPoints, ...(programs.get(basename(folder)) ?? [])])),
    ...listDeclarations(join(root, '.cache/compiled', basename(folder)), entryPoints),
  ]);
  synchronize(join(root, folder, 'dist'), files);
}

/**
 * The modules that the `exports` name, without their extension, relative to the package's `dist/`.
 * @param {import('./workspace.mjs').Manifest} manifest
 * @returns {readonly string[]}
 */
function listEntryPoints({ exports = {} }) {
  return Object.values(exports).flatMap((entry) => {
    const module = typeof entry === 'object' ? entry?.['default'] : undefined;
    return module === undefined ? [] : [relative('dist', module).replace(/\.js$/, '')];
  });
}

/**
 * The JavaScript of these modules and all that they lead to within the package.
 * @param {string} folder
 * @param {import('./workspace.mjs').Manifest} manifest
 * @param {readonly string[]} modules
 * @returns {Promise<ReadonlyMap<string, string>>} the text of each file, by its path in the package's `dist/`
 */
async function bundle(folder, { name, dependencies = {}, peerDependencies = {} }, modules) {
  const cwd = join(root, folder);
  const installed = [name, ...Object.keys(dependencies), ...Object.keys(peerDependencies)];
  const build = await rolldown({
    cwd,
    input: Object.fromEntries(modules.map((module) => [module, join(cwd, 'src', `${module}.ts`)])),
    // Node.js 20 warns of each import of JSON, so that becomes a part of every package.
    external: (id) =>
      id.startsWith('node:') ||
      (!id.endsWith('.json') && installed.some((each) => id === each || id.startsWith(`${each}/`))),
    resolve: { conditionNames: ['quiesce:source', 'node', 'import', 'default'] },
    platform: 'node',
    transform: { target: 'node20.19' },
    tsconfig: false,
    // Of what a module's code does when it is loaded, nothing is to be missed.
    treeshake: { moduleSideEffects: true },
  });
  try {
    const { output } = await build.generate({
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'shared/[name].js',
    });
    const files = new Map();
    for (const file of output) {
      if (file.type === 'chunk') files.set(file.fileName, await shorten(file.fileName, file.code));
    }
    const licences = readLicences(output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])));
    return licences === '' ? files : files.set('THIRD-PARTY-LICENSES', licences);
  } finally {
    await build.close();
  }
}

/**
 * The licences of what came from other projects, each under its name and version.
 * @param {readonly string[]} modules the paths of all modules of a bundle
 */
function readLicences(modules) {
  const folders = modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const texts = [...new Set(folders)].toSorted().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} becomes a part of a package and has no licence`);
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return texts.join('\n\n');
}

/**
 * @param {string} name
 * @param {string} code
 * @returns {Promise<string>}
 */
async function shorten(name, code) {
  const { code: short } = await minify(code, {
    module: true,
    compress: false,
    mangle: { module: false, toplevel: false, keep_classnames: true, keep_fnames: true },
    format: { semicolons: false, max_line_len: 120, shebang: true, comments: sourceComment },
  });
  if (short === undefined) throw new Error(`terser made nothing of ${name}`);
  return short;
}

/**
 * The declarations that some modules lead to, and their own.
 * @param {string} compiled the folder that the compiler wrote to
 * @param {readonly string[]} modules
 * @returns {ReadonlyMap<string, string>}
 */
function listDeclarations(compiled, modules) {
  const files = new Map();
  const left = modules.map((name) => `${name}.d.ts`);
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const path = join(compiled, name);
    if (files.has(name) || !existsSync(path)) continue;
    const text = readFileSync(path, 'utf8');
    files.set(name, text);
    for (const [, specifier = ''] of text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)['"]/g)) {
      left.push(join(dirname(name), specifier.replace(/\.js$/, '.d.ts')));
    }
  }
  return files;
}

/**
 * Makes a folder hold these files and no other.
 * @param {string} folder
 * @param {ReadonlyMap<string, string>} files
 */
function synchronize(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !files.has(relative(folder, path))) rmSync(path);
  }
  for (const [name, text] of files) {
    const path = join(folder, name);
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
