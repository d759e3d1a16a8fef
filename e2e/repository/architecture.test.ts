import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPackages } from '../../scripts/workspace.mjs';
import { findImports, listFiles, readText } from './repository-files.js';

/**
 * Which of our packages a package may import. All arrows of the design point one way:
 *
 * ```
 *   cli ──▶ supervisor ──▶ control ──▶ core ◀── cluster ◀── cli
 *   cli ──▶ verify ──▶ nothing of ours: the judge shares no code with the judged
 * ```
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  control: ['core'],
  supervisor: ['core', 'control'],
  cluster: ['core'],
  verify: [],
  cli: ['core', 'control', 'supervisor', 'cluster', 'verify'],
  dashboard: ['core', 'control'],
};

const files = listFiles();
const sources = files.filter((path) => /^packages\/[^/]+\/src\/.*\.(?:ts|tsx|mts|js|mjs)$/.test(path));
const packages = listPackages();

function packageOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** Every import of every source file. */
const imports = sources.flatMap((path) =>
  findImports(readText(path)).map((specifier) => ({ path, specifier })),
);

describe('the packages', () => {
  it('are all in the table of who may import whom, and all built and type-checked', () => {
    const folders = packages.map(({ folder }) => folder);
    expect(Object.keys(mayImport)).toEqual(expect.arrayContaining(folders.map(packageOf)));
    const built = folders.filter((folder) => files.includes(`${folder}/tsconfig.json`));
    for (const config of ['tsconfig.build.json', 'tsconfig.tests.json']) {
      const { references } = JSON.parse(readText(config));
      const paths = references.map((reference: { path: string }) => normalize(reference.path));
      expect(paths.toSorted(), config).toEqual(built.toSorted());
    }
  });

  it('import each other one way', () => {
    const byName = new Map(packages.map(({ folder, manifest }) => [manifest.name, packageOf(folder)]));
    const wrong = imports.filter(({ path, specifier }) => {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
      const imported = byName.get(name);
      return imported !== undefined && !(mayImport[packageOf(path)] ?? []).includes(imported);
    });
    expect(wrong).toEqual([]);
  });

  it('reach no further into each other than the exports say', () => {
    const leaving = imports.filter(({ path, specifier }) => {
      if (!specifier.startsWith('.')) return false;
      return !normalize(join(dirname(path), specifier)).startsWith(`packages/${packageOf(path)}/src/`);
    });
    const exported = new Set(
      packages.flatMap(({ manifest }) =>
        Object.keys(manifest.exports ?? {}).map((entry) => normalize(join(manifest.name, entry))),
      ),
    );
    const names = new Set(packages.map(({ manifest }) => manifest.name));
    const inside = imports.filter(({ specifier }) => {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
      return names.has(name) && !exported.has(specifier);
    });
    expect([...leaving, ...inside]).toEqual([]);
  });

  it('depend on what they import: the core on nothing, its adapters on optional peers alone', () => {
    const undeclared = imports.filter(({ path, specifier }) => {
      if (specifier.startsWith('.') || specifier.startsWith('node:')) return false;
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '';
      const { manifest } = packages.find(({ folder }) => folder === `packages/${packageOf(path)}`) ?? {};
      const declared = { ...manifest?.dependencies, ...manifest?.peerDependencies };
      // A command that nobody imports holds what it is made of (docs/adr/0008).
      const isHeld =
        manifest?.exports?.['.'] === undefined && manifest?.devDependencies?.[name] !== undefined;
      return declared[name] === undefined && !isHeld;
    });
    expect(undeclared).toEqual([]);
    const core = packages.find(({ folder }) => folder === 'packages/core')?.manifest;
    expect(core?.dependencies).toBeUndefined();
    const mandatory = Object.keys(core?.peerDependencies ?? {}).filter(
      (name) => core?.peerDependenciesMeta?.[name]?.optional !== true,
    );
    expect(mandatory).toEqual([]);
  });

  it('run nothing when they are installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    const running = packages.filter(({ manifest }) => hooks.some((hook) => manifest.scripts?.[hook]));
    expect(running.map(({ folder }) => folder)).toEqual([]);
  });

  it('carry the licence of the repository', () => {
    const published = packages.filter(({ manifest }) => manifest.private !== true);
    const without = published.filter(({ folder }) => readText(`${folder}/LICENSE`) !== readText('LICENSE'));
    expect(without.map(({ folder }) => folder)).toEqual([]);
  });
});

describe('an entry point', () => {
  it('lists its exports one by one and holds nothing else', () => {
    const entries = sources.filter((path) => /^packages\/[^/]+\/src\/(?:[^/]+\/)?index\.ts$/.test(path));
    const list = /^(?:\/\*\*[^]*?\*\/\s*)?(?:export (?:type )?\{[^}]*\} from '\.[^']+\.js';\s*)+$/;
    expect(entries.filter((path) => !list.test(readText(path)))).toEqual([]);
  });
});

describe('a source file', () => {
  it('is named for its one idea', () => {
    const nameless = /^(?:utils?|helpers?|common|misc|shared|stuff)$/;
    const code = files.filter((path) => /\.(?:ts|tsx|mjs|js|sh)$/.test(path));
    const found = code.filter((path) =>
      path.split('/').some((part) => nameless.test(part.replace(/\.[^/]*$/, ''))),
    );
    expect(found).toEqual([]);
  });

  it('has no more than 400 lines', () => {
    const code = files.filter((path) => /\.(?:ts|tsx|mjs|js|sh|go)$/.test(path));
    const long = code.filter((path) => readText(path).split('\n').length > 401);
    expect(long).toEqual([]);
  });
});

describe('the repository', () => {
  it('has no file that a tool has left behind: each is of a kind that is meant to be here', () => {
    const kinds =
      /\.(?:ts|mjs|js|md|json|txt|sh|go|mod|sum|py|proto|service|pem|svg|png)$|(?:^|\/)(?:LICENSE|\.gitignore|\.gitattributes|\.editorconfig|\.npmrc|\.ci\/run)$/;
    const leftOver =
      /(?:^|\/)(?:isolate-|report\.\d|core\.\d|npm-debug|tmp)|\.(?:log|cpuprofile|heapsnapshot|tsbuildinfo)/;
    expect(files.filter((path) => !kinds.test(path) || leftOver.test(path))).toEqual([]);
  });

  it('locks versions without saying where they come from', () => {
    const locks = files.filter((path) => path.endsWith('package-lock.json'));
    const hosts = locks.flatMap((path) => readText(path).match(/"resolved": "[a-z+]+:\/\/[^"]*"/g) ?? []);
    expect(hosts).toEqual([]);
  });

  it('names no place on the machine of who wrote it, and no host of a package registry', () => {
    const place =
      /(?<![\w./~-])\/(?:work|root|Users|home(?!\/node\b))\/[\w.-]+\/|\bregistry\.(?:npmjs|yarnpkg|npmmirror)\b/;
    const text = files.filter((path) => !/\.(?:png|jpg|webp|gif|woff2?|ico|pem|tgz)$/.test(path));
    const found = text.flatMap((path) =>
      readText(path)
        .split('\n')
        .filter((line) => place.test(line))
        .map((line) => `${path}: ${line.trim().slice(0, 120)}`),
    );
    expect(found).toEqual([]);
  });
});
