// Checks every page of Markdown in the repository: blocks of TypeScript and JavaScript are type-checked against the
// built packages, blocks of JSON are parsed, commands name scripts and files that exist (and are run where a comment
// asks for it), and links lead somewhere. CONTRIBUTING.md says how a block is told apart.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkCode } from './docs/check-code.mjs';
import { checkCommands } from './docs/check-commands.mjs';
import { checkLinks } from './docs/check-links.mjs';
import { parseMarkdown } from './docs/markdown.mjs';
import { root } from './workspace.mjs';

const directiveKinds = new Set(['with', 'continues', 'run', 'skip']);

const pages = new Map(
  listPages().map((path) => [path, parseMarkdown(readFileSync(join(root, path), 'utf8'))]),
);
const code = checkCode(pages);
const findings = [
  ...checkDirectives(),
  ...code.findings,
  ...checkJson(),
  ...checkCommands(pages),
  ...checkLinks(pages),
];

console.log(`${pages.size} pages, ${code.checked} programs`);
for (const finding of findings) console.error(finding);
if (findings.length > 0) process.exitCode = 1;

/** Tracked pages and those that are about to be; what changesets writes is left to it. */
function listPages() {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.md'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && !path.startsWith('.changeset/') && !path.endsWith('CHANGELOG.md'))
    .filter((path) => existsSync(join(root, path)));
}

function checkDirectives() {
  return [...pages].flatMap(([path, { blocks }]) =>
    blocks
      .flatMap(({ directives }) => directives)
      .filter(({ kind, text }) => !directiveKinds.has(kind) || (kind === 'skip' && text === ''))
      .map(({ kind, line }) => `${path}:${line + 1}: "docs: ${kind}" is not known, or lacks its reason`),
  );
}

function checkJson() {
  return [...pages].flatMap(([path, { blocks }]) =>
    blocks
      .filter(
        ({ language, directives }) => language === 'json' && !directives.some(({ kind }) => kind === 'skip'),
      )
      .flatMap(({ code: lines, line }) =>
        findJsonError(lines.join('\n')).map((error) => `${path}:${line}: ${error}`),
      ),
  );
}

/**
 * @param {string} text
 * @returns {readonly string[]}
 */
function findJsonError(text) {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [`this is not JSON: ${error instanceof Error ? error.message : String(error)}`];
  }
}
