import { OptionsError } from '@quiesce/core';
import { checkMembers, checkOneOf, checkText, checkWhole } from '../options/checks.js';
import type { ReadinessOptions, ResolvedReadiness } from './readiness-options.js';

const kinds = ['http', 'tcp', 'log', 'file'] as const;
const names = { kind: true, url: true, host: true, port: true, pattern: true, path: true } as const;

/**
 * Checks how readiness is to be seen.
 * @throws OptionsError
 */
export function resolveReadiness(value: ReadinessOptions): ResolvedReadiness {
  const given = checkMembers<typeof names>('readiness', value, names);
  const kind = checkOneOf('readiness.kind', kinds, given.kind);
  switch (kind) {
    case 'http':
      return { kind, url: checkUrl(given.url) };
    case 'tcp':
      return {
        kind,
        host: given.host === undefined ? '127.0.0.1' : checkText('readiness.host', given.host),
        port: checkWhole('readiness.port', given.port, 1, 65_535),
      };
    case 'log':
      return { kind, pattern: checkPattern(given.pattern) };
    case 'file':
      return { kind, path: checkText('readiness.path', given.path) };
  }
}

/**
 * Reads readiness as a command line has it: `http://…`, `tcp:PORT`, `tcp:HOST:PORT`, `log:PATTERN`, `file:PATH`.
 * @throws OptionsError
 */
export function parseReadiness(text: string): ResolvedReadiness {
  const [, kind = '', rest = ''] = /^(https?|tcp|log|file):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'http':
    case 'https':
      return { kind: 'http', url: checkUrl(text) };
    case 'tcp':
      return parseTcp(text, rest.replace(/^\/\//, ''));
    case 'log':
      return { kind, pattern: checkPattern(rest) };
    case 'file':
      return { kind, path: checkText('readiness', rest.replace(/^\/\/(?=\/)/, '')) };
  }
  throw new OptionsError('readiness', 'must begin with http:, tcp:, log: or file:', text);
}

function parseTcp(text: string, rest: string): ResolvedReadiness {
  const [, host = '', port = ''] = /^(?:(.*):)?(\d+)$/.exec(rest) ?? [];
  if (port === '') throw new OptionsError('readiness', 'must be tcp:PORT or tcp:HOST:PORT', text);
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return {
    kind: 'tcp',
    host: bare === '' ? '127.0.0.1' : bare,
    port: checkWhole('readiness', Number(port), 1, 65_535),
  };
}

function checkUrl(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:') {
    throw new OptionsError('readiness.url', 'must be a URL that begins with http://', value);
  }
  return url.href;
}

function checkPattern(value: unknown): RegExp {
  if (value instanceof RegExp) return value;
  const source = checkText('readiness.pattern', value);
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OptionsError('readiness.pattern', `must be a regular expression (${why})`, value);
  }
}
