import { VerifyOptionsError } from '../errors.js';
import type { VerifyOptions } from './verify-options.js';

/** A server that is not ours to start or to end. */
export interface ResolvedRemote {
  readonly url: string;
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  /** Path and query of the address. */
  readonly path: string;
  /** Undefined: somebody stops it by hand. */
  readonly stopCommand: string | undefined;
  readonly watchMs: number;
}

const leastWatchMs = 100;
const longestWatchMs = 3_600_000;
/** What is only known of a process that the judge has started. */
const needProcess = ['command', 'port', 'servedLog', 'platform'] as const;

/** Checks the options of a server that is not ours; undefined when `url` is not given. Throws {@link VerifyOptionsError}. */
export function resolveRemote(options: VerifyOptions): ResolvedRemote | undefined {
  const { url: text, stopCommand, watchMs = 60_000 } = options;
  if (text === undefined) {
    for (const option of ['stopCommand', 'watchMs'] as const) {
      if (options[option] !== undefined)
        throw new VerifyOptionsError(option, 'must come with url', options[option]);
    }
    return undefined;
  }
  for (const option of needProcess) {
    if (options[option] !== undefined)
      throw new VerifyOptionsError(option, 'must not come with url', options[option]);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username + url.password !== ''
  ) {
    throw new VerifyOptionsError('url', 'must be an http or https address without credentials', text);
  }
  if (stopCommand?.trim() === '')
    throw new VerifyOptionsError('stopCommand', 'must not be empty', stopCommand);
  if (!Number.isInteger(watchMs) || watchMs < leastWatchMs || watchMs > longestWatchMs) {
    throw new VerifyOptionsError('watchMs', `must be ${leastWatchMs} to ${longestWatchMs}`, watchMs);
  }
  const tls = url.protocol === 'https:';
  return {
    url: text,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (tls ? 443 : 80),
    tls,
    path: `${url.pathname}${url.search}`,
    stopCommand,
    watchMs,
  };
}
