import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProfilePath, readProfile } from '@quiesce/supervisor';
import { describe, expect, it } from 'vitest';

const profile = {
  name: 'mine',
  summary: 'mine',
  modes: { graceful: { what: 'ends', steps: [{ signal: 'SIGHUP' }] } },
};

function writeFile(name: string, text: string, onFinished: (end: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-'));
  onFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('a profile in a file', () => {
  it('may be JSON', async ({ onTestFinished }) => {
    const path = writeFile('mine.json', JSON.stringify(profile), onTestFinished);
    await expect(readProfile(path)).resolves.toMatchObject(profile);
  });

  it('may be the default export of a module', async ({ onTestFinished }) => {
    const text = `export default ${JSON.stringify(profile)};`;
    await expect(readProfile(writeFile('mine.mjs', text, onTestFinished))).resolves.toMatchObject(profile);
  });

  it.each([
    [
      'not JSON',
      'mine.json',
      '{',
      /^profile must be a file that can be read as JSON \(.*\); got ".*mine\.json"$/,
    ],
    ['no profile', 'mine.json', '{}', /^profile\.name must be a text/],
    [
      'no default export',
      'mine.mjs',
      'export const a = 1;',
      /must be a module that has the profile as its default/,
    ],
    ['no module', 'mine.mjs', 'export', /^profile must be a module that can be imported/],
  ])('is refused when it is %s', async (_what, name, text, message) => {
    const folders: (() => void)[] = [];
    const path = writeFile(name, text, (end) => folders.push(end));
    await expect(readProfile(path)).rejects.toThrow(message);
    for (const end of folders) end();
  });

  it('is refused when there is none', async () => {
    await expect(readProfile('/nowhere/mine.json')).rejects.toThrow(/ENOENT/);
  });

  it('is told from the name of a profile', () => {
    expect(['./mine', 'mine.json', 'folder/mine', 'mine.ts', 'mine.mjs'].filter(isProfilePath)).toHaveLength(
      5,
    );
    expect(['nats-server', 'generic'].filter(isProfilePath)).toEqual([]);
  });
});
