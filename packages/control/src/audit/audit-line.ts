import { createHash } from 'node:crypto';

/** Who called. */
export interface AuditCaller {
  /** `owner` of the socket, a token's name, or `anonymous`. */
  readonly name: string;
  readonly via: 'socket' | 'tcp' | 'probes';
  readonly role?: string;
  readonly address?: string;
}

/** What one line of the audit log tells. */
export type AuditEntry =
  | {
      readonly event: 'call';
      /** Connects the lines of one call. */
      readonly id: string;
      readonly outcome: 'accepted' | 'refused';
      readonly caller: AuditCaller;
      readonly method: string;
      readonly path: string;
      /** What was asked for, as far as it could be read. */
      readonly request?: Readonly<Record<string, unknown>>;
      /** The status and the problem's code of a call that was refused. */
      readonly status?: number;
      readonly code?: string;
      /** Calls that were refused for their rate since the last such line, and got no line of their own. */
      readonly suppressed?: number;
    }
  | {
      readonly event: 'stopped';
      readonly mode: string;
      readonly reason: string;
      readonly outcome: string;
      readonly exitCode: number;
    }
  | { readonly event: 'opened' | 'reopened'; readonly service: string; readonly pid: number }
  /** A write was cut short by a crash; the next line says what was found of it. */
  | { readonly event: 'recovered'; readonly fragmentBytes: number; readonly fragmentSha256: string };

/** A place in the chain: the last line's number, and the hash of its bytes. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first line. */
export const chainStart: ChainHead = { seq: 0, hash: '0'.repeat(64) };

/** The SHA-256 of a line's bytes without its line break, in hexadecimal. */
export function hashLine(line: string | Buffer): string {
  return createHash('sha256').update(line).digest('hex');
}

/** Makes the line that follows `head`; its hash is that of the chain's new head. */
export function chainLine(
  head: ChainHead,
  wallTimeMs: number,
  entry: AuditEntry,
): { readonly line: string; readonly head: ChainHead } {
  const seq = head.seq + 1;
  const line = JSON.stringify({ seq, at: new Date(wallTimeMs).toISOString(), ...entry, prev: head.hash });
  return { line, head: { seq, hash: hashLine(line) } };
}

/** The members of a line that hold the chain together. */
export interface ChainLink {
  readonly seq: number;
  readonly prev: string;
  readonly event: string;
  readonly fragmentSha256?: string;
}

/** Reads them from a line; undefined when it is not a line of an audit log. */
export function parseChainLink(line: string): ChainLink | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { seq, prev, event, fragmentSha256 } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(seq) || typeof prev !== 'string' || typeof event !== 'string') return undefined;
  return {
    seq: seq as number,
    prev,
    event,
    ...(typeof fragmentSha256 === 'string' ? { fragmentSha256 } : {}),
  };
}
