import { NotJudgeableError } from '../errors.js';
import type { Target } from '../load/assignment.js';
import { createMarkerSearch, type MarkerSearch, type ServedMarker } from '../options/served-marker.js';
import type { Expectation, RequestTemplate, TemplateRole } from '../plan/request-template.js';
import { type Fetched, fetchOnce } from './fetch-once.js';
import type { DraftTemplate } from './templates.js';

const asks = 4;
const answerTimeoutMs = 15_000;
const earlyAnswerMs = 400;
/** What a stuck request or a probe of one announces; more than a server reads ahead of a handler that waits. */
const halfBodyBytes = 1_024;

/** Requests that are not answered like others, or that leave something behind. */
const unlearned: ReadonlySet<TemplateRole> = new Set(['durable-write', 'websocket', 'sse']);

/** What the templates' answers look like while nothing is stopped. A template that cannot be learned is left out. */
export async function learnTemplates(
  target: Target,
  drafts: readonly DraftTemplate[],
  marker: ServedMarker | undefined,
  note: (text: string) => void,
): Promise<RequestTemplate[]> {
  const learned: RequestTemplate[] = [];
  const search = marker && createMarkerSearch(marker);
  for (const draft of drafts) {
    const expect = await learn(target, draft, search, note);
    if (expect === undefined) continue;
    const { name, role, method, path, headers, body, weight } = draft;
    learned.push({ name, role, method, path, headers, body, weight, expect });
  }
  if (marker !== undefined && !learned.some(({ expect }) => expect.marked === true)) {
    throw new NotJudgeableError(
      marker.kind === 'response-header'
        ? `no answer carries the header ${marker.name}, before any stop`
        : `no answer has ${marker.source} in its body, before any stop`,
    );
  }
  return learned;
}

async function learn(
  target: Target,
  draft: DraftTemplate,
  search: MarkerSearch | undefined,
  note: (text: string) => void,
): Promise<Expectation | undefined> {
  if (unlearned.has(draft.role)) return { statuses: [] };
  if (draft.role === 'long') return { statuses: draft.stated === undefined ? [] : [draft.stated] };
  const answers = await askSeveralTimes(target, draft);
  if (answers === undefined) {
    if (draft.role === 'upload' && draft.stated === undefined) {
      note(`${draft.name} with a body gave no answer before any stop; slow uploads are not played`);
      return undefined;
    }
    throw new NotJudgeableError(
      `${draft.name} gave no complete answer within ${answerTimeoutMs} ms, before any stop`,
    );
  }
  const statuses = [...new Set(answers.map(({ status }) => status))];
  if (draft.stated !== undefined && statuses.some((status) => status !== draft.stated)) {
    throw new NotJudgeableError(
      `${draft.name} was stated to answer ${draft.stated} and answered ${statuses.join(', ')} before any stop`,
    );
  }
  if (statuses.some((status) => status >= 500)) {
    note(`${draft.name} answered ${statuses.join(', ')} before any stop; that is what counts as answered`);
  }
  const marked = search !== undefined && answers.every((answer) => isMarked(search, answer));
  return { statuses, ...(marked && { marked }), ...stableBody(draft, answers) };
}

function isMarked(search: MarkerSearch, { headers, text }: Fetched): boolean {
  return search.inHeaders(headers) || search.inBody(text);
}

async function askSeveralTimes(target: Target, draft: DraftTemplate): Promise<Fetched[] | undefined> {
  const body = draft.role === 'upload' ? 'q'.repeat(halfBodyBytes) : draft.body;
  const times = draft.role === 'download' ? 2 : asks;
  const answers = await Promise.all(
    Array.from(
      { length: times },
      async () => await fetchOnce(target, { ...draft, body, timeoutMs: answerTimeoutMs }),
    ),
  );
  return answers.every((answer) => answer !== undefined) ? answers : undefined;
}

/** The bytes are compared only where they never differed, and where the load sends the same request as the baseline. */
function stableBody(draft: DraftTemplate, answers: readonly Fetched[]): Pick<Expectation, 'body'> {
  const [first, ...others] = answers;
  if (first === undefined || draft.role === 'upload' || draft.role === 'ready' || draft.role === 'live')
    return {};
  const same = others.every(({ crc32, bytes }) => crc32 === first.crc32 && bytes === first.bytes);
  return same ? { body: { crc32: first.crc32, bytes: first.bytes } } : {};
}

/** Whether the server waits for a body before it answers: only then can a half-sent body hold a request in flight. */
export async function waitsForBody(target: Target, template: RequestTemplate): Promise<boolean> {
  const { method, path, headers } = template;
  const answer = await fetchOnce(target, {
    method,
    path,
    headers,
    body: '',
    halfBodyBytes,
    timeoutMs: earlyAnswerMs,
  });
  return answer === undefined;
}
