/**
 * What a comment before a code block asks for: `<!-- docs: with … -->`, `<!-- docs: continues -->`,
 * `<!-- docs: run -->` or `<!-- docs: skip … -->`; see CONTRIBUTING.md.
 * @typedef {{ kind: string, text: string, line: number }} Directive
 */

/**
 * A fenced code block. `line` is the index of its first line of code.
 * @typedef {{ language: string, code: readonly string[], line: number, directives: readonly Directive[] }} CodeBlock
 */

/** @typedef {{ target: string, line: number }} Link */

/**
 * A page: its blocks of code, its links, and the anchors that a link can point to.
 * @typedef {object} Page
 * @property {readonly CodeBlock[]} blocks
 * @property {readonly Link[]} links
 * @property {ReadonlySet<string>} anchors
 */

/**
 * Reads a page of Markdown as GitHub shows it.
 * @param {string} text
 * @returns {Page}
 */
export function parseMarkdown(text) {
  const lines = text.split('\n');
  const blocks = findBlocks(lines);
  const prose = withoutCode(lines, blocks);
  return { blocks, links: findLinks(prose), anchors: findAnchors(prose) };
}

const fence = /^(?<indent>\s*)(?<marks>`{3,}|~{3,})\s*(?<language>[\w-]*)[^`]*$/;

/**
 * @param {readonly string[]} lines
 * @returns {readonly CodeBlock[]}
 */
function findBlocks(lines) {
  /** @type {CodeBlock[]} */
  const blocks = [];
  /** @type {Directive[]} */
  let directives = [];
  for (let line = 0; line < lines.length; line += 1) {
    const text = lines[line] ?? '';
    const opening = fence.exec(text)?.groups;
    if (opening !== undefined) {
      const { indent = '', marks = '', language = '' } = opening;
      const code = readUntil(lines, line + 1, (each) => each.trimStart().startsWith(marks));
      const unindented = code.map((each) => each.replace(new RegExp(`^\\s{0,${indent.length}}`), ''));
      blocks.push({ language: language.toLowerCase(), code: unindented, line: line + 1, directives });
      line += code.length + 1;
      directives = [];
    } else if (text.startsWith('<!-- docs:')) {
      const comment = readComment(lines, line);
      directives.push(comment.directive);
      line = comment.lastLine;
    } else if (text.trim() !== '') {
      directives = [];
    }
  }
  return blocks;
}

/**
 * @param {readonly string[]} lines
 * @param {number} first
 * @param {(line: string) => boolean} isEnd
 */
function readUntil(lines, first, isEnd) {
  const end = lines.findIndex((line, index) => index >= first && isEnd(line));
  return lines.slice(first, end < 0 ? lines.length : end);
}

/**
 * @param {readonly string[]} lines
 * @param {number} line
 */
function readComment(lines, line) {
  const before = readUntil(lines, line, (each) => each.includes('-->'));
  const text = [...before, lines[line + before.length] ?? ''].join('\n');
  const [, kind = '', rest = ''] = /^<!-- docs:\s*(\S+)\s*([^]*?)\s*-->/.exec(text) ?? [];
  return { directive: { kind, text: rest, line }, lastLine: line + before.length };
}

/**
 * The same lines, with those of code blocks emptied.
 * @param {readonly string[]} lines
 * @param {readonly CodeBlock[]} blocks
 */
function withoutCode(lines, blocks) {
  const prose = [...lines];
  for (const { line, code } of blocks) {
    for (let each = line - 1; each <= line + code.length; each += 1) prose[each] = '';
  }
  return prose;
}

/**
 * @param {readonly string[]} prose
 * @returns {readonly Link[]}
 */
function findLinks(prose) {
  return prose.flatMap((text, index) => {
    const visible = text.replaceAll(/`[^`]*`/g, '');
    const inline = [...visible.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
    const defined = [...visible.matchAll(/^\s*\[[^\]]+\]:\s+<?([^\s>]+)>?/g)];
    const html = [...visible.matchAll(/\b(?:href|src)="([^"]+)"/g)];
    return [...inline, ...defined, ...html].map(([, target = '']) => ({ target, line: index + 1 }));
  });
}

/**
 * The anchors that GitHub makes of headings, and those made by hand.
 * @param {readonly string[]} prose
 */
function findAnchors(prose) {
  /** @type {Set<string>} */
  const anchors = new Set();
  for (const text of prose) {
    for (const [, name = ''] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name);
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(text)?.[1];
    if (heading !== undefined) anchors.add(unusedSlug(toSlug(heading), anchors));
  }
  return anchors;
}

/** @param {string} heading */
function toSlug(heading) {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

/**
 * @param {string} slug
 * @param {ReadonlySet<string>} taken
 */
function unusedSlug(slug, taken) {
  let unused = slug;
  for (let count = 1; taken.has(unused); count += 1) unused = `${slug}-${count}`;
  return unused;
}
