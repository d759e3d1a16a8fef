import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspace.mjs';

const shells = new Set(['sh', 'bash', 'shell', 'console']);

/** No block of commands takes longer, in milliseconds. */
const timeoutMs = 300_000;

/**
 * Looks for commands that name an npm script or a file which is not there, and runs the blocks that ask for it.
 * @param {ReadonlyMap<string, import('./markdown.mjs').Page>} pages by path from the root
 * @returns {readonly string[]}
 */
export function checkCommands(pages) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return [...pages].flatMap(([path, page]) =>
    page.blocks
      .filter(({ language }) => shells.has(language))
      .filter(({ directives }) => !directives.some(({ kind }) => kind === 'skip'))
      .flatMap((block) => [
        ...block.code.flatMap((text, index) =>
          findUnknown(text, scripts).map((what) => `${path}:${block.line + index + 1}: ${what}`),
        ),
        ...(block.directives.some(({ kind }) => kind === 'run') ? runBlock(path, block) : []),
      ]),
  );
}

/**
 * @param {string} command
 * @param {Readonly<Record<string, string>>} scripts
 * @returns {readonly string[]}
 */
function findUnknown(command, scripts) {
  const names = [...command.matchAll(/\bnpm (?:run (?:--?\S+ )*|(?=test\b|start\b))([\w:-]+)/g)].map(
    ([, name = '']) => name,
  );
  const files = [...command.matchAll(/\bnode ((?:scripts|examples|benchmarks|packages|e2e)\/\S+)/g)].map(
    ([, file = '']) => file,
  );
  return [
    ...names.filter((name) => scripts[name] === undefined).map((name) => `there is no npm script ${name}`),
    ...files.filter((file) => !existsSync(join(root, file))).map((file) => `there is no ${file}`),
  ];
}

/**
 * @param {string} path
 * @param {import('./markdown.mjs').CodeBlock} block
 * @returns {readonly string[]}
 */
function runBlock(path, { code, line }) {
  const commands = code.map((text) => text.replace(/^\$ /, '')).join('\n');
  console.log(`${path}:${line}: runs\n${commands}`);
  const { status, signal } = spawnSync('bash', ['-euo', 'pipefail', '-c', commands], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: timeoutMs,
  });
  return status === 0 ? [] : [`${path}:${line}: the commands ended with ${signal ?? status}`];
}
