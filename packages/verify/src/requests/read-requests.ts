import { readFileSync } from 'node:fs';
import { VerifyOptionsError } from '../errors.js';
import type { RequestInput } from '../options/verify-options.js';
import { requestsOfHar } from './har.js';
import { isRecord } from './is-record.js';

/**
 * Reads requests from a file: a JSON array of `{ method, path, headers, body, status, role, weight }`, or a HAR file as
 * browsers export it. Throws {@link VerifyOptionsError}.
 */
export function readRequests(file: string): RequestInput[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new VerifyOptionsError('--requests', `must name a readable JSON or HAR file (${why})`, file);
  }
  if (Array.isArray(content)) return content.map((entry, index) => requestOf(entry, index));
  if (isRecord(content) && isRecord(content['log'])) return requestsOfHar(content['log']);
  throw new VerifyOptionsError('--requests', 'must hold a JSON array of requests, or a HAR log', file);
}

const roles = ['load', 'upload', 'download', 'long'] as const;

function requestOf(entry: unknown, index: number): RequestInput {
  const option = `--requests[${index}]`;
  if (!isRecord(entry)) throw new VerifyOptionsError(option, 'must be an object', entry);
  const { path, method, name, body, status, role, weight, headers } = entry;
  if (typeof path !== 'string') throw new VerifyOptionsError(`${option}.path`, 'must be a text', path);
  const knownRole = roles.find((candidate) => candidate === role);
  if (role !== undefined && knownRole === undefined) {
    throw new VerifyOptionsError(`${option}.role`, `must be one of ${roles.join(', ')}`, role);
  }
  return {
    path,
    ...textField(option, 'method', method),
    ...textField(option, 'name', name),
    ...textField(option, 'body', body),
    ...numberField(option, 'status', status),
    ...numberField(option, 'weight', weight),
    ...(knownRole === undefined ? {} : { role: knownRole }),
    ...(headers === undefined ? {} : { headers: headersOf(option, headers) }),
  };
}

function textField<Name extends string>(
  option: string,
  name: Name,
  value: unknown,
): { [Key in Name]?: string } {
  if (value === undefined) return {};
  if (typeof value !== 'string') throw new VerifyOptionsError(`${option}.${name}`, 'must be a text', value);
  return { [name]: value } as { [Key in Name]?: string };
}

function numberField<Name extends string>(
  option: string,
  name: Name,
  value: unknown,
): { [Key in Name]?: number } {
  if (value === undefined) return {};
  if (typeof value !== 'number') throw new VerifyOptionsError(`${option}.${name}`, 'must be a number', value);
  return { [name]: value } as { [Key in Name]?: number };
}

function headersOf(option: string, value: unknown): Record<string, string> {
  if (!isRecord(value))
    throw new VerifyOptionsError(`${option}.headers`, 'must be an object of texts', value);
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => {
      if (typeof text === 'string' && !/[\r\n]/.test(name + text)) return [name, text];
      throw new VerifyOptionsError(`${option}.headers.${name}`, 'must be a text of one line', text);
    }),
  );
}
