import type { RequestTemplate } from '../../plan/request-template.js';
import { authorityOf, type Target } from '../assignment.js';

/** The header that carries a request's identity, so that the server's log can be matched with the account. */
export const requestIdHeader = 'x-request-id';

/** `qv-<worker>-<seq>`: unique in a run, and found in log lines by its shape. */
export function formatRequestId(worker: number, seq: number): string {
  return `qv-${worker}-${seq}`;
}

/** Writes requests of one template: all but the identity is prepared once. */
export interface RequestWriter {
  /** The whole request. `path` and `body` replace the template's. */
  whole(id: string, replace?: { path?: string; body?: string }): Buffer;
  /** Only the head, announcing a body of that many bytes. */
  head(id: string, bodyBytes: number): Buffer;
}

export function createRequestWriter(target: Target, template: RequestTemplate): RequestWriter {
  const { method, path, body } = template;
  const fixed = fixedHeaders(target, template);
  const head = (requestPath: string, id: string, length: number): string => {
    const withLength = length > 0 || methodsWithBody.has(method) ? `content-length: ${length}\r\n` : '';
    return `${method} ${requestPath} HTTP/1.1\r\n${fixed}${withLength}${requestIdHeader}: ${id}\r\n\r\n`;
  };
  return {
    whole: (id, replace = {}) => {
      const content = replace.body ?? body;
      return Buffer.from(head(replace.path ?? path, id, Buffer.byteLength(content)) + content);
    },
    head: (id, bodyBytes) => Buffer.from(head(path, id, bodyBytes)),
  };
}

const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

function fixedHeaders(target: Target, template: RequestTemplate): string {
  const given = Object.entries(template.headers).filter(
    ([name]) => !['content-length', 'connection', requestIdHeader].includes(name.toLowerCase()),
  );
  const hasHost = given.some(([name]) => name.toLowerCase() === 'host');
  const lines = given.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${hasHost ? '' : `host: ${authorityOf(target)}\r\n`}${lines}`;
}
