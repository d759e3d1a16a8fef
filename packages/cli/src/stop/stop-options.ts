import type { StopMode } from '@quiesce/core';
import { UsageError } from '../command/command-error.js';
import type { Invocation, OptionSpec } from '../command/command-spec.js';
import { parseOneOf, parseSeconds } from '../values/parse-values.js';

/** A mode of a stop, or `ldm`, which means what the service means by it. */
export type AskedMode = StopMode | 'ldm';

/** The modes as the control endpoint takes them. */
const modes: readonly AskedMode[] = ['graceful', 'lame-duck', 'last-ditch', 'force', 'ldm'];

/** The options of `quiesce stop`, beside those that name the target. */
export const stopOptions: readonly OptionSpec[] = [
  {
    name: 'mode',
    value: 'MODE',
    summary: `how: ${modes.join(', ')}`,
    standard: 'joins a running stop, else graceful',
  },
  {
    name: 'timeout',
    value: 'SECONDS',
    summary: 'the time the stop may take',
    standard: "the service's own; 25 by signals",
  },
  { name: 'reason', value: 'TEXT', summary: 'shown in the report and the audit log', standard: 'who called' },
  { name: 'wait', summary: 'return when the process is gone', standard: 'on', isOn: true },
  { name: 'json', summary: 'print plain data (schema quiesce.stop/1)' },
  { name: 'report', value: 'FILE', summary: 'write the same data to a file' },
];

/** What a stop is asked for with. */
export interface StopOrder {
  readonly mode: AskedMode | undefined;
  readonly timeoutMs: number | undefined;
  readonly reason: string | undefined;
  readonly wait: boolean;
}

/** How its result is given. */
export interface StopOutput {
  readonly json: boolean;
  readonly reportFile: string | undefined;
}

/**
 * Reads the options of a stop.
 * @throws UsageError
 */
export function resolveStopOptions({ options }: Invocation): StopOrder & StopOutput {
  const reason = options.value('reason');
  if (
    reason !== undefined &&
    (reason.text.trim() === '' || reason.text.length > 200 || /\p{Cc}/u.test(reason.text))
  ) {
    const rule = 'must be a text of 200 characters at most, without control characters';
    throw new UsageError(reason.from, rule, reason.text);
  }
  return {
    mode: parseOneOf(modes, options.value('mode')),
    timeoutMs: parseSeconds(options.value('timeout')),
    reason: reason?.text,
    wait: options.flag('wait'),
    json: options.flag('json'),
    reportFile: options.value('report')?.text,
  };
}
