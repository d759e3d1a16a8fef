import { describeError } from '../describe-error.js';
import { AuditError } from '../errors.js';
import type { ChainHead } from './audit-line.js';
import { createChainCheck } from './chain-check.js';
import { readChainHead } from './chain-head-file.js';
import { readLines } from './read-lines.js';

/** What is wrong with a log. */
export type AuditProblem = 'changed' | 'removed' | 'moved' | 'repeated' | 'malformed' | 'new-chain';

/** One thing that is wrong, and where. */
export interface AuditFinding {
  readonly problem: AuditProblem;
  readonly file: string;
  /** The line's number in its file, from 1. */
  readonly line: number;
  /** One sentence for a person. */
  readonly message: string;
}

/** What the lines of an audit log say about themselves. */
export interface AuditVerification {
  /** Whether nothing was found. */
  readonly ok: boolean;
  readonly lines: number;
  /** The number of the first line; above 1 when the chain began in an earlier file. */
  readonly firstSeq: number | undefined;
  /** The last line's number and hash: noted down elsewhere, it anchors everything before it. */
  readonly head: ChainHead | undefined;
  /** The first 100. */
  readonly findings: readonly AuditFinding[];
}

/** Options of {@link verifyAudit}. All optional. */
export interface VerifyAuditOptions {
  /** A line that must be there, as an earlier verification told it. @default what is kept in `<file>.head` */
  readonly expectedHead?: ChainHead;
}

/**
 * Looks whether the lines of an audit log are those that were written, in their order: finds lines that were changed,
 * removed or moved. It cannot see that somebody has written the whole log anew, unless `expectedHead` is of before.
 *
 * @param files the log, or its files after rotations, the oldest first
 * @throws AuditError when one of them cannot be read
 */
export async function verifyAudit(
  files: string | readonly string[],
  options: VerifyAuditOptions = {},
): Promise<AuditVerification> {
  const paths = typeof files === 'string' ? [files] : files;
  const last = paths.at(-1);
  if (last === undefined) throw new RangeError('verifyAudit() needs a file');
  const check = createChainCheck(options.expectedHead ?? (await readChainHead(last)));
  for (const file of paths) {
    try {
      let line = 0;
      for await (const each of readLines(file)) check.take(each, { file, line: ++line });
    } catch (error) {
      throw new AuditError(file, `cannot be read: ${describeError(error)}`, {
        cause: error,
      });
    }
  }
  return check.finish();
}
