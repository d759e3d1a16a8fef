import type { ReportedError } from '../contract/report.js';

/** An error, or whatever was thrown instead of one, as plain data. */
export function toReportedError(error: unknown): ReportedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code: unknown = Reflect.get(error, 'code');
  return { name: error.name, message: error.message, ...(typeof code === 'string' ? { code } : {}) };
}
