import { OptionsError } from '@quiesce/core';

/** Where a control endpoint is: one of the two. */
export type ControlTarget =
  | { readonly socketPath: string; readonly url?: never; readonly token?: never }
  | {
      /** Such as `http://127.0.0.1:9000`. */
      readonly url: string | URL;
      readonly token?: string;
      readonly socketPath?: never;
    };

/** The part of the options of `node:http` that says where to. */
export interface HttpAddress {
  readonly options: {
    readonly socketPath?: string;
    readonly host?: string;
    readonly port?: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** For messages to people. */
  readonly inWords: string;
}

/**
 * Checks where to.
 * @throws OptionsError
 */
export function resolveControlAddress({ socketPath, url, token }: ControlTarget): HttpAddress {
  if (socketPath !== undefined) {
    if (url !== undefined) throw new OptionsError('url', 'must not be given beside a socketPath', url);
    if (socketPath === '') throw new OptionsError('socketPath', 'must be a path', socketPath);
    return { options: { socketPath, headers: { Host: 'localhost' } }, inWords: `socket ${socketPath}` };
  }
  const parsed = parseUrl(url);
  const headers = { Host: parsed.host, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  return { options: { host, port: parsed.port || '80', headers }, inWords: parsed.origin };
}

function parseUrl(url: unknown): URL {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== 'string' || !URL.canParse(text)) {
    throw new OptionsError('url', 'must be given, or a socketPath', url);
  }
  const parsed = new URL(text);
  if (parsed.protocol !== 'http:') throw new OptionsError('url', 'must begin with http://', text);
  return parsed;
}
