/** What a request asks for. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

const emptyQuery = new URLSearchParams();

/**
 * Takes a request target apart. The path is compared as it came: nothing is decoded, so that nothing can be named in
 * two ways. Source: RFC 9112, section 3.2 (the absolute form has to be understood).
 */
export function parseTarget(target: string): RequestTarget {
  const relative = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const end = relative.search(/[?#]/);
  if (end < 0) return { path: relative === '' ? '/' : relative, query: emptyQuery };
  const query = relative[end] === '?' ? new URLSearchParams(relative.slice(end + 1)) : emptyQuery;
  return { path: relative.slice(0, end) || '/', query };
}
