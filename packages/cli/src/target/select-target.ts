import { CommandError, UsageError } from '../command/command-error.js';
import type { Invocation } from '../command/command-spec.js';
import { exitCodes } from '../command/exit-codes.js';
import type { Given } from '../command/given-options.js';
import { parsePort } from '../values/parse-values.js';

/** Which service is meant, as it was said. */
export type Target =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'socket'; readonly socketPath: string }
  | { readonly kind: 'url'; readonly url: string; readonly tokenFile: Given | undefined }
  | { readonly kind: 'pid-file'; readonly path: string; readonly expectCommand: string | undefined }
  | { readonly kind: 'pid'; readonly given: Given; readonly expectCommand: string | undefined };

/** What names a target. In the environment several may be there, for several commands: the first of these counts. */
const selectors = ['socket', 'url', 'control-port', 'name', 'pid-file', 'pid'] as const;
type Selector = (typeof selectors)[number];

/**
 * Finds out which service is meant; undefined when nobody says. One target at a time: two could be two services.
 * @throws UsageError, CommandError
 */
export function selectTarget({ operands, options }: Invocation): Target | undefined {
  const given = selectors.flatMap((selector) => {
    const value = options.value(selector);
    return value === undefined ? [] : [{ selector, value }];
  });
  const [operand] = operands;
  const named: { selector: Selector; value: Given }[] = given.filter(({ value }) => !value.isFromEnvironment);
  if (operand !== undefined) {
    named.push({ selector: 'name', value: { text: operand, from: 'the name', isFromEnvironment: false } });
  }
  if (named.length > 1) {
    const names = named.map(({ value }) => value.from).join(' and ');
    throw new CommandError(`${names} are given; a target is one of them`, exitCodes.failed);
  }
  const chosen = named[0] ?? given[0];
  if (chosen === undefined) return undefined;
  const target = toTarget(
    chosen.selector,
    chosen.value,
    options.value('expect-command')?.text,
    options.value('token-file'),
  );
  checkUnused(target, options.value('token-file'), options.value('expect-command'));
  return target;
}

function toTarget(
  selector: Selector,
  value: Given,
  expectCommand: string | undefined,
  tokenFile: Given | undefined,
): Target {
  if (value.text.trim() === '') throw new UsageError(value.from, 'must not be empty', value.text);
  switch (selector) {
    case 'name':
      return { kind: 'name', name: value.text };
    case 'socket':
      return { kind: 'socket', socketPath: value.text };
    case 'url':
      return { kind: 'url', url: checkUrl(value), tokenFile };
    case 'control-port':
      return { kind: 'url', url: `http://127.0.0.1:${parsePort(value)}`, tokenFile };
    case 'pid-file':
      return { kind: 'pid-file', path: value.text, expectCommand };
    case 'pid':
      return { kind: 'pid', given: value, expectCommand };
  }
}

function checkUrl({ text, from }: Given): string {
  const isHttp = URL.canParse(text) && new URL(text).protocol === 'http:';
  if (!isHttp) throw new UsageError(from, 'must be a URL that begins with http://', text);
  return text;
}

/** An option that would be without effect was meant to have one. */
function checkUnused(target: Target, tokenFile: Given | undefined, expectCommand: Given | undefined): void {
  const unused = (given: Given | undefined, isUsed: boolean, rule: string): void => {
    if (given === undefined || given.isFromEnvironment || isUsed) return;
    throw new UsageError(given.from, rule, given.text);
  };
  const hasPid = target.kind === 'pid' || target.kind === 'pid-file';
  unused(tokenFile, target.kind === 'url', 'goes with --url or --control-port');
  unused(expectCommand, hasPid, 'goes with --pid or --pid-file');
}
