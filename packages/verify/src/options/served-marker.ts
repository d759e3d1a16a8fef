import { VerifyOptionsError } from '../errors.js';
import type { VerifyOptions } from './verify-options.js';

/** By which an answer shows that the handler ran. Plain data: it is sent to load processes. */
export type ServedMarker =
  | { readonly kind: 'response-header'; readonly name: string }
  | { readonly kind: 'response-body'; readonly source: string; readonly flags: string };

/** Of a body, so much is searched for the marker. */
export const markedBodyBytes: number = 64 * 1_024;

/** The marker that was asked for. Throws {@link VerifyOptionsError} when more than one evidence was named. */
export function resolveMarker({
  servedLog,
  servedHeader,
  servedBody,
}: VerifyOptions): ServedMarker | undefined {
  if ([servedLog, servedHeader, servedBody].filter((given) => given !== undefined).length > 1) {
    throw new VerifyOptionsError(
      'servedHeader',
      'must be the only one of servedLog, servedHeader, servedBody',
      '',
    );
  }
  if (servedHeader !== undefined) {
    // A token, as RFC 9110, section 5.1, has it.
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(servedHeader)) {
      throw new VerifyOptionsError('servedHeader', 'must be the name of a header', servedHeader);
    }
    return { kind: 'response-header', name: servedHeader.toLowerCase() };
  }
  if (servedBody === undefined) return undefined;
  return { kind: 'response-body', source: servedBody.source, flags: servedBody.flags.replace(/[gy]/g, '') };
}

/** Looks for a marker in the answers of a server. */
export interface MarkerSearch {
  inHead(head: string): boolean;
  inHeaders(names: readonly string[]): boolean;
  inBody(text: string): boolean;
  /** Whether bodies have to be kept for {@link inBody}. */
  readonly wantsBody: boolean;
}

export function createMarkerSearch(marker: ServedMarker): MarkerSearch {
  if (marker.kind === 'response-header') {
    const line = `\r\n${marker.name}:`;
    return {
      inHead: (head) => head.toLowerCase().includes(line),
      inHeaders: (names) => names.includes(marker.name),
      inBody: () => false,
      wantsBody: false,
    };
  }
  const pattern = new RegExp(marker.source, marker.flags);
  return {
    inHead: () => false,
    inHeaders: () => false,
    inBody: (text) => pattern.test(text),
    wantsBody: true,
  };
}
