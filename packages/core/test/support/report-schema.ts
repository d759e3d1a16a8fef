import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Schema } from './types-from-schema.js';

/** The JSON Schema of a report, as it is published with the package. */
export function readReportSchema(): Schema {
  const path = new URL('../../schema/report.schema.json', import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as Schema;
}

/** Compiles the schema; `strict` refuses keywords that mean nothing. */
export function compileReportSchema(): ValidateFunction {
  const isDateTime = (text: string): boolean => new Date(text).toJSON() === text;
  return new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': isDateTime } }).compile(
    readReportSchema(),
  );
}
