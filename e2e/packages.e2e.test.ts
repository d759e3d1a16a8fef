import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listPublicPackages, pack, root, type WorkspacePackage } from '../scripts/workspace.mjs';
import { extraCertificatesOfRun } from './support/extra-certificates.js';
import { startProcess } from './support/process.js';

const run = promisify(execFile);
const packages = listPublicPackages();
/** How a compiler may be told to look for what is imported. */
const resolutions = [
  { resolution: 'nodenext', module: 'nodenext' },
  { resolution: 'bundler', module: 'esnext' },
];

/** What `npm test` tells its child processes about the repository would make an npm in there work on it. */
const ownEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) && name !== 'NODE_ENV'),
);

/** The packages of the workspace that one needs, itself first. */
function withWorkspaceDependencies(first: WorkspacePackage): readonly WorkspacePackage[] {
  const needed = new Set([first]);
  for (const { manifest } of needed) {
    for (const each of packages) if (manifest.dependencies?.[each.manifest.name]) needed.add(each);
  }
  return [...needed];
}

/** What a user may import: entry points that are modules. One whose file is missing is for `check:packages` to find. */
function moduleSpecifiers({ folder, manifest }: WorkspacePackage): readonly string[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const file = typeof target === 'object' ? target?.['default'] : undefined;
    const isThere = file !== undefined && existsSync(join(root, folder, file));
    return isThere ? [join(manifest.name, subpath)] : [];
  });
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const stats = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))));
  return stats.reduce((total, { size }) => total + size, 0);
}

describe.each(packages.map((each) => ({ name: each.manifest.name, each })))(
  '$name, packed',
  ({ name, each }) => {
    const specifiers = moduleSpecifiers(each);
    /** Nobody imports a command. */
    const isImported = specifiers.length > 0;
    let folder: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'quiesce-packed-'));
      const needed = withWorkspaceDependencies(each);
      const tarballs = needed.map((one) => pack(one, join(folder, 'tarballs')).tarball);
      await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
      const names = new Set(packages.map(({ manifest }) => manifest.name));
      const isAlone = needed.every(({ manifest }) =>
        Object.keys(manifest.dependencies ?? {}).every((dependency) => names.has(dependency)),
      );
      const network = isAlone ? '--offline' : '--prefer-offline';
      const options = [network, '--no-audit', '--no-fund', '--omit=peer', '--omit=optional'];
      await run('npm', ['install', ...options, ...tarballs], {
        cwd: folder,
        env: { ...ownEnvironment, ...extraCertificatesOfRun() },
      });
    });

    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('is installed in an empty folder; the core as one package of less than 300 KiB', async () => {
      const installed = join(folder, 'node_modules', name);
      expect(existsSync(join(installed, 'package.json'))).toBe(true);
      if (name !== '@quiesce/core') return;
      const others = (await readdir(join(folder, 'node_modules'))).filter((entry) => !entry.startsWith('.'));
      expect(others).toEqual(['@quiesce']);
      expect(await readdir(join(folder, 'node_modules/@quiesce'))).toEqual(['core']);
      expect(await sizeOf(installed)).toBeLessThan(300 * 1024);
    });

    it.each(name === 'quiesce' ? [name] : [])(
      'runs a program with npx, stops it by its name, and waits until it is gone',
      async () => {
        const env = { ...ownEnvironment, XDG_RUNTIME_DIR: folder };
        const service = ['--name', 'hello', '--', 'sh', '-c', 'echo ready; exec sleep 1000'];
        const npx = startProcess('npx', ['--no-install', 'quiesce', 'run', ...service], { cwd: folder, env });
        await npx.waitForLine('ready');
        const { stdout } = await run('npx', ['--no-install', 'quiesce', 'stop', 'hello'], {
          cwd: folder,
          env,
        });
        expect(stdout).toMatch(/^hello \(pid \d+\) has stopped: clean, in .*, exit code 143$/m);
        expect(await npx.waitForExit()).toMatchObject({ code: 143 });
      },
    );

    it.each(isImported ? [name] : [])(
      'is imported by plain Node.js, entry point by entry point',
      async () => {
        await linkPeers(each, folder);
        const lines = specifiers.map(
          (specifier) => `console.log(Object.keys(await import('${specifier}')).length);`,
        );
        await writeFile(join(folder, 'imports.mjs'), lines.join('\n'));
        const { stdout, stderr } = await run(process.execPath, ['imports.mjs'], { cwd: folder });
        expect(stderr).toBe('');
        const counts = stdout.trim().split('\n').map(Number);
        expect(counts).toHaveLength(specifiers.length);
        expect(Math.min(...counts)).toBeGreaterThan(0);
      },
    );

    it.each(isImported ? resolutions : [])(
      'has types that a strict compiler accepts under moduleResolution $resolution',
      async (row) => {
        await linkPeers(each, folder);
        const lines = specifiers.map((specifier, index) => `export * as entry${index} from '${specifier}';`);
        await writeFile(join(folder, 'types.ts'), lines.join('\n'));
        const compilerOptions = {
          module: row.module,
          moduleResolution: row.resolution,
          target: 'es2023',
          lib: ['es2023', 'esnext.disposable'],
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          noEmit: true,
        };
        await writeFile(
          join(folder, 'tsconfig.json'),
          JSON.stringify({ compilerOptions, files: ['types.ts'] }),
        );
        const tsc = join(root, 'node_modules/.bin/tsc');
        const { stdout } = await run(tsc, ['-p', '.'], { cwd: folder }).catch(
          (error: { stdout: string }) => error,
        );
        expect(stdout).toBe('');
      },
    );
  },
);

/** Optional peers are what the user has anyway; here the repository's own copies stand in for them. */
async function linkPeers({ manifest }: WorkspacePackage, folder: string): Promise<void> {
  for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
    const link = join(folder, 'node_modules', peer);
    if (existsSync(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', peer), link);
  }
}
