import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.mjs';

/** @typedef {import('./markdown.mjs').CodeBlock} CodeBlock */
/** @typedef {import('./markdown.mjs').Page} Page */

/** Where the blocks are written as files, one for each program. */
const folder = '.cache/docs';

const extensions = new Map([
  ['ts', 'ts'],
  ['typescript', 'ts'],
  ['js', 'js'],
  ['javascript', 'js'],
]);

/**
 * A file to be type-checked. Its lines have the numbers they have on the page, so that errors can be looked up there.
 * @typedef {{ path: string, page: string, lines: string[] }} Program
 */

/**
 * Type-checks every block of TypeScript and JavaScript against the built packages, as a user's compiler would.
 * @param {ReadonlyMap<string, Page>} pages by path from the root
 * @returns {{ checked: number, findings: readonly string[] }}
 */
export function checkCode(pages) {
  const programs = [...pages].flatMap(([path, page]) => toPrograms(path, page.blocks));
  writePrograms(programs);
  if (programs.length === 0) return { checked: 0, findings: [] };
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { stdout, stderr, status } = spawnSync(tsc, ['-p', folder, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  });
  const findings = `${stdout}${stderr}`.split('\n').filter((line) => line.trim() !== '');
  if (status !== 0 && findings.length === 0) findings.push(`tsc ended with ${status}`);
  const pageOf = new Map(programs.map(({ path, page }) => [path, page]));
  return { checked: programs.length, findings: findings.map((finding) => onPage(finding, pageOf)) };
}

/**
 * @param {string} page
 * @param {readonly CodeBlock[]} blocks
 * @returns {readonly Program[]}
 */
function toPrograms(page, blocks) {
  /** @type {Program[]} */
  const programs = [];
  for (const block of blocks) {
    const extension = extensions.get(block.language);
    if (extension === undefined || block.directives.some(({ kind }) => kind === 'skip')) continue;
    const continued = block.directives.some(({ kind }) => kind === 'continues') ? programs.at(-1) : undefined;
    const program = continued ?? {
      path: `${folder}/${page.replaceAll(/[^a-z0-9]+/gi, '-')}-${block.line}.${extension}`,
      page,
      lines: [],
    };
    if (continued === undefined) programs.push(program);
    for (const { kind, text, line } of block.directives)
      if (kind === 'with') putLines(program, line, text.split('\n'));
    putLines(program, block.line, block.code);
  }
  return programs;
}

/**
 * @param {Program} program
 * @param {number} first
 * @param {readonly string[]} lines
 */
function putLines(program, first, lines) {
  while (program.lines.length < first) program.lines.push('');
  program.lines.push(...lines);
}

/** @param {readonly Program[]} programs */
function writePrograms(programs) {
  rmSync(join(root, folder), { recursive: true, force: true });
  mkdirSync(join(root, folder), { recursive: true });
  const compilerOptions = {
    composite: false,
    noEmit: true,
    allowJs: true,
    checkJs: true,
    customConditions: [],
    isolatedDeclarations: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const config = { extends: '../../tsconfig.base.json', compilerOptions, include: ['*'] };
  writeFileSync(join(root, folder, 'tsconfig.json'), JSON.stringify(config));
  for (const { path, lines } of programs) {
    // Without an import or an export a file would share its names with all the others.
    writeFileSync(join(root, path), [...lines, 'export {};', ''].join('\n'));
  }
}

/**
 * `.cache/docs/README-md-12.ts(14,3): error …` becomes `README.md:14:3: error …`.
 * @param {string} finding
 * @param {ReadonlyMap<string, string>} pageOf
 */
function onPage(finding, pageOf) {
  return finding.replace(/^(\S+)\((\d+),(\d+)\)/, (all, path, line, column) => {
    const page = pageOf.get(path);
    return page === undefined ? all : `${page}:${line}:${column}`;
  });
}
