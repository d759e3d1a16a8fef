import type { LifecycleEvent, ShutdownReport } from '@quiesce/core';
import type { ControlStatus } from '../server/control-status.js';
import { type Answer, lost } from './exchange.js';

/** What a stream of events brings: first the status, then events, and at the end of the stop the report. */
export type ControlEvent =
  | { readonly type: 'status'; readonly status: ControlStatus }
  | { readonly type: 'report'; readonly report: ShutdownReport }
  | Exclude<LifecycleEvent, { readonly type: 'report' }>;

/** Far longer than a report of a thousand components. */
const longestLine = 16_777_216;

/** Reads lines of JSON as they come. Blank lines keep the connection alive. */
export async function* readEvents(answer: Answer): AsyncGenerator<ControlEvent, void> {
  let rest = '';
  const { incoming } = answer;
  incoming.setEncoding('utf8');
  try {
    for await (const chunk of incoming as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longestLine) throw new RangeError('a line has no end');
      for (const line of lines) if (line !== '') yield JSON.parse(line) as ControlEvent;
    }
  } catch (error) {
    throw lost(answer, error);
  }
  if (!incoming.complete) throw lost(answer, undefined);
}
