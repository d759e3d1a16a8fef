import { VerifyOptionsError } from '../errors.js';
import type { RequestInput } from '../options/verify-options.js';
import { isRecord } from './is-record.js';

/** Headers that belong to one connection or one length, and are written anew for every request. */
const connectionHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'upgrade',
]);

/** The requests of a HAR 1.2 log, each with the status that was recorded; only paths are kept, so nothing leaves this machine. */
export function requestsOfHar(log: Record<string, unknown>): RequestInput[] {
  const entries = Array.isArray(log['entries']) ? log['entries'] : [];
  const requests = entries.flatMap((entry) => {
    const request = requestOfEntry(entry);
    return request === undefined ? [] : [request];
  });
  if (requests.length === 0)
    throw new VerifyOptionsError('--requests', 'must hold HTTP requests', 'an empty HAR log');
  return mergeEqual(requests);
}

function requestOfEntry(entry: unknown): RequestInput | undefined {
  if (!isRecord(entry) || !isRecord(entry['request'])) return undefined;
  const { method, url, headers, postData } = entry['request'];
  if (typeof method !== 'string' || typeof url !== 'string' || !/^https?:/.test(url)) return undefined;
  const { pathname, search } = new URL(url);
  const response = isRecord(entry['response']) ? entry['response'] : {};
  const status = response['status'];
  const body = isRecord(postData) ? postData['text'] : undefined;
  return {
    method: method.toUpperCase(),
    path: pathname + search,
    headers: headersOf(headers),
    ...(typeof body === 'string' ? { body } : {}),
    ...(typeof status === 'number' && status > 0 ? { status } : {}),
  };
}

function headersOf(headers: unknown): Record<string, string> {
  if (!Array.isArray(headers)) return {};
  return Object.fromEntries(
    headers.flatMap((header: unknown) => {
      if (!isRecord(header)) return [];
      const { name, value } = header;
      if (typeof name !== 'string' || typeof value !== 'string' || /[\r\n]/.test(name + value)) return [];
      if (name.startsWith(':') || connectionHeaders.has(name.toLowerCase())) return [];
      return [[name, value]];
    }),
  );
}

/** The same request, recorded often, becomes one with that weight. */
function mergeEqual(requests: readonly RequestInput[]): RequestInput[] {
  const merged = new Map<string, RequestInput>();
  for (const request of requests) {
    const key = JSON.stringify([request.method, request.path, request.body, request.status]);
    const before = merged.get(key);
    merged.set(key, { ...request, weight: (before?.weight ?? 0) + 1 });
  }
  return [...merged.values()];
}
