import type { IncomingMessage } from 'node:http';
import type { ListenerKind } from '../server/listener-kind.js';
import type { Role } from './roles.js';
import { findToken, type HashedToken } from './tokens.js';

/** Who sends a request. */
export interface Caller {
  /** `owner` for whoever may open the socket, a token's name, or `anonymous`. */
  readonly name: string;
  /** Undefined: none. */
  readonly role: Role | undefined;
  readonly via: ListenerKind;
  /** The address and port, over TCP. */
  readonly address: string | undefined;
}

/** Finds out who sends a request. Who can open the socket owns it, or is root: the system has seen to that. */
export function identifyCaller(
  request: IncomingMessage,
  via: ListenerKind,
  tokens: readonly HashedToken[],
): Caller {
  if (via === 'socket') return { name: 'owner', role: 'force', via, address: undefined };
  const { remoteAddress, remotePort } = request.socket;
  const address = remoteAddress === undefined ? undefined : `${remoteAddress}:${remotePort}`;
  const token = via === 'tcp' ? findToken(tokens, request.headers.authorization) : undefined;
  return { name: token === undefined ? 'anonymous' : `token:${token.name}`, role: token?.role, via, address };
}
