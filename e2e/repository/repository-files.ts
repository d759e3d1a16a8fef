import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/workspace.mjs';

/** The paths of all files that are tracked or about to be, from the root. */
export function listFiles(): readonly string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));
}

/** The text of one file. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What a module imports or re-exports, as it is written there. */
export function findImports(source: string): readonly string[] {
  const withoutComments = source.replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, '');
  const statement = /^\s*(?:import|export)\s(?:[^'";]*?\sfrom\s*)?['"]([^'"]+)['"]/gm;
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [statement, dynamic].flatMap((pattern) =>
    [...withoutComments.matchAll(pattern)].map(([, specifier = '']) => specifier),
  );
}
