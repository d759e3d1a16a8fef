import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LifecycleStatus } from '@quiesce/core';
import type { RequestTarget } from '../server/request-target.js';
import { sendJson, sendText } from '../server/respond.js';
import type { ProbeName } from './probe-rules.js';
import type { ProbeResult } from './probes.js';

/** What an answer is made of. */
export interface ProbeAnswer {
  readonly probe: ProbeName;
  readonly result: ProbeResult;
  readonly components: LifecycleStatus['components'];
  /** Whether it says in their own words what was wrong with checks; those may name hosts and users. */
  readonly withMessages: boolean;
}

/** Answers in one line, or in JSON when that is asked for by `?verbose` or `Accept`. */
export function answerProbe(
  request: IncomingMessage,
  response: ServerResponse,
  { query }: RequestTarget,
  answer: ProbeAnswer,
): void {
  const { ok, summary } = answer.result;
  const status = ok ? 200 : 503;
  const wantsJson = query.has('verbose') || request.headers.accept?.includes('application/json') === true;
  if (wantsJson) sendJson(response, status, toJson(answer));
  else sendText(response, status, 'text/plain; charset=utf-8', `${summary}\n`);
}

function toJson({ probe, result, components, withMessages }: ProbeAnswer): object {
  const { ok, summary, state, checks } = result;
  return {
    probe,
    status: ok ? 'ok' : 'failed',
    summary,
    state,
    components: components.map((each) => ({ name: each.name, state: each.state })),
    checks: checks.map(({ message, ...check }) => ({
      ...check,
      ...(withMessages && message !== undefined ? { message } : {}),
    })),
  };
}
