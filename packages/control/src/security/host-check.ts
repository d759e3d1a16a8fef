import type { IncomingHttpHeaders } from 'node:http';

/**
 * The name in a `Host` header, without the port, in lower case; undefined when it is none.
 * Source: RFC 9110, section 7.2; RFC 3986, section 3.2.2.
 */
export function parseHost(host: string | undefined): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[^:/?#@\s[\]]+)(?::\d{1,5})?$/i.exec(host ?? '');
  return match?.[1]?.toLowerCase();
}

/**
 * Whether a request was meant for this server. A page whose name was made to point here (DNS rebinding) sends its own
 * name as `Host`.
 */
export function isAllowedHost(host: string | undefined, allowed: ReadonlySet<string>): boolean {
  const name = parseHost(host);
  return name !== undefined && allowed.has(name);
}

/**
 * Whether a request may come from a page in a browser: only from one that this server has served. Programs send
 * neither header. Source: Fetch Standard, "Origin" header; Fetch Metadata Request Headers.
 */
export function isAllowedOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = headers;
  return (
    origin === undefined || (host !== undefined && origin.toLowerCase() === `http://${host}`.toLowerCase())
  );
}
