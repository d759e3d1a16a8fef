import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listPublicPackages, root } from '../../scripts/workspace.mjs';
import { readText } from './repository-files.js';

interface EntryPoint {
  /** What users write, such as `@quiesce/core/http`. */
  readonly specifier: string;
  readonly source: string;
  /** Where its names are kept. */
  readonly snapshot: string;
}

/** An entry point whose source is not there is what `npm run check:packages` finds. */
const entryPoints: readonly EntryPoint[] = listPublicPackages().flatMap(({ folder, manifest }) =>
  Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const source = typeof target === 'object' ? target?.['quiesce:source'] : undefined;
    if (source === undefined || !existsSync(join(root, folder, source))) return [];
    const name = subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-');
    return {
      specifier: join(manifest.name, subpath),
      source: join(folder, source),
      snapshot: join(root, folder, 'test/public-surface', `${name}.txt`),
    };
  }),
);

interface ExportedName {
  readonly name: string;
  readonly kind: 'type' | 'value';
}

/** Entry points are lists of names (the architecture test sees to that), so that reading them is enough. */
function readNames(source: string): readonly ExportedName[] {
  return [...source.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, allTypes, list = '']) =>
    list
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map((item) => ({
        name: item.replace(/^type /, '').replace(/^.* as /, ''),
        kind: allTypes !== undefined || item.startsWith('type ') ? 'type' : 'value',
      })),
  );
}

describe.each(entryPoints)('$specifier', ({ source, snapshot }) => {
  const names = readNames(readText(source));

  it('exports these names; any change of them is a change for users (accept it with vitest -u)', async () => {
    const lines = names.map(({ name, kind }) => `${kind.padEnd(5)} ${name}\n`).toSorted();
    await expect(lines.join('')).toMatchFileSnapshot(snapshot);
  });

  it('has at run time just the values that it lists', async () => {
    const entry: object = await import(/* @vite-ignore */ join(root, source));
    const values = names.filter(({ kind }) => kind === 'value').map(({ name }) => name);
    expect(Object.keys(entry).toSorted()).toEqual(values.toSorted());
  });
});
