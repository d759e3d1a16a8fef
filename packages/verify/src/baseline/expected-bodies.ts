import type { Target } from '../load/assignment.js';
import type { RequestTemplate } from '../plan/request-template.js';
import { fetchOnce } from './fetch-once.js';

const answerTimeoutMs = 15_000;

/**
 * Marks the bodies that are not the same in another process of the server (made up at its start, or with its pid in them).
 * `target` is that other process.
 */
export async function markPerProcess(
  target: Target,
  templates: readonly RequestTemplate[],
): Promise<RequestTemplate[]> {
  const marked: RequestTemplate[] = [];
  for (const template of templates) {
    const now = await askAgain(target, template);
    const before = template.expect.body;
    const same = now === undefined || (now.crc32 === before?.crc32 && now.bytes === before.bytes);
    marked.push(same ? template : withBody(template, { ...now, perProcess: true }));
  }
  return marked;
}

/** The templates as this process answers them: bodies that are its own are asked for. */
export async function expectHere(
  target: Target,
  templates: readonly RequestTemplate[],
): Promise<RequestTemplate[]> {
  return await Promise.all(
    templates.map(async (template) => {
      if (template.expect.body?.perProcess !== true) return template;
      const body = await askAgain(target, template);
      return withBody(template, body && { ...body, perProcess: true });
    }),
  );
}

/** The bytes that it answers now; undefined where none are expected, or none came. */
async function askAgain(
  target: Target,
  template: RequestTemplate,
): Promise<{ crc32: number; bytes: number } | undefined> {
  if (template.expect.body === undefined) return undefined;
  const answer = await fetchOnce(target, { ...template, timeoutMs: answerTimeoutMs });
  return answer && { crc32: answer.crc32, bytes: answer.bytes };
}

function withBody(template: RequestTemplate, body: RequestTemplate['expect']['body']): RequestTemplate {
  const { body: _before, ...expect } = template.expect;
  return { ...template, expect: body === undefined ? expect : { ...expect, body } };
}
