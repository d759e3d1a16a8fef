import type { IncomingMessage } from 'node:http';

const longestPath = 200;

/**
 * What a request is called in reports: method and path, such as `GET /orders/17`. Never the query, nor the user
 * part of an absolute URL: they carry secrets.
 */
export function nameRequest(request: Pick<IncomingMessage, 'method' | 'url'>): string {
  // A mounted Express router takes its prefix off `url` while it runs.
  const original: unknown = Reflect.get(request, 'originalUrl');
  return nameTarget(request.method, typeof original === 'string' ? original : request.url);
}

/** The same of a method and a request target. */
export function nameTarget(method = 'GET', target = ''): string {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
  const shown = path.length > longestPath ? `${path.slice(0, longestPath)}…` : path;
  return `${method} ${shown === '' ? '/' : shown}`;
}
