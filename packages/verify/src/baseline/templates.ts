import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import type { RequestTemplate, TemplateRole } from '../plan/request-template.js';

/** A template without its expectation, and the status that its user stated. */
export type DraftTemplate = Omit<RequestTemplate, 'expect'> & { readonly stated: number | undefined };

/** Every request that may be sent, before the baseline has shown what its answer looks like. */
export function draftTemplates(options: ResolvedVerifyOptions): DraftTemplate[] {
  const drafts = options.requests.map((request): DraftTemplate => {
    const method = request.method ?? 'GET';
    return {
      ...simple(request.role ?? 'load', method, request.path),
      name: request.name ?? `${method} ${request.path}`,
      headers: request.headers ?? {},
      body: request.body ?? '',
      weight: request.weight ?? 1,
      stated: request.status,
    };
  });
  if (!drafts.some(({ role }) => role === 'upload')) {
    const first = drafts.find(({ role }) => role === 'load');
    drafts.push({ ...simple('upload', 'POST', first?.path ?? '/'), headers: first?.headers ?? {} });
  }
  if (options.ready !== undefined) drafts.push(simple('ready', 'GET', options.ready));
  if (options.live !== undefined) drafts.push(simple('live', 'GET', options.live));
  if (options.websocket !== undefined) drafts.push(simple('websocket', 'GET', options.websocket));
  if (options.sse !== undefined) drafts.push(simple('sse', 'GET', options.sse));
  if (options.durable !== undefined) {
    const { write } = options.durable;
    drafts.push({ ...simple('durable-write', write.method, write.path), body: write.body ?? '' });
  }
  return drafts;
}

function simple(role: TemplateRole, method: string, path: string): DraftTemplate {
  const name = `${method} ${path}`;
  return { name, role, method, path, headers: {}, body: '', weight: 1, stated: undefined };
}
