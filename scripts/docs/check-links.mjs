import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { root } from '../workspace.mjs';

/**
 * Finds links between files of the repository that lead nowhere, by file or by anchor.
 * @param {ReadonlyMap<string, import('./markdown.mjs').Page>} pages by path from the root
 * @returns {readonly string[]}
 */
export function checkLinks(pages) {
  return [...pages].flatMap(([path, page]) =>
    page.links
      .filter(({ target }) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
      .filter(({ target }) => !leadsSomewhere(path, target, pages))
      .map(({ target, line }) => `${path}:${line}: ${target} leads nowhere`),
  );
}

/**
 * @param {string} from
 * @param {string} target
 * @param {ReadonlyMap<string, import('./markdown.mjs').Page>} pages
 */
function leadsSomewhere(from, target, pages) {
  const [file = '', anchor] = decodeURI(target).split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file));
  if (path.startsWith('..') || !existsSync(join(root, path))) return false;
  const page = pages.get(path);
  return anchor === undefined || page === undefined || page.anchors.has(anchor);
}
