import { readFileSync } from 'node:fs';
import { VerifyOptionsError } from '../errors.js';
import { isRecord } from '../requests/is-record.js';
import type { VerifyReport } from './verify-report.js';

/** Reads a report that `--json` wrote. Throws {@link VerifyOptionsError} when the file holds none. */
export function readReport(file: string): VerifyReport {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new VerifyOptionsError('report', `must be a readable JSON file (${why})`, file);
  }
  if (isReport(content)) return content;
  throw new VerifyOptionsError('report', 'must be of the schema "quiesce.verify/1"', file);
}

function isReport(content: unknown): content is VerifyReport {
  return isRecord(content) && content['schema'] === 'quiesce.verify/1' && Array.isArray(content['clauses']);
}
