import type { ShutdownReport } from '../contract/report.js';
import type { Logger } from '../ports/logger.js';
import { writeWhole } from './write-whole.js';

/** Writes a report where the options say, whole or not at all; a file that can't be written stops nothing. */
export function writeReportFile(path: string, report: ShutdownReport, logger: Logger): void {
  try {
    writeWhole(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    logger.error(
      { err: error, reportFile: path, report },
      `reportFile "${path}" could not be written: ${String(error)}`,
    );
  }
}
