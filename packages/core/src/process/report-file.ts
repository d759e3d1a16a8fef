import type { Logger } from '../logger.js';
import type { ShutdownReport } from '../report/report.js';
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
