import { createHash, timingSafeEqual } from 'node:crypto';
import { OptionsError } from '@quiesce/core';
import { checkKnown, checkObject, checkOneOf, checkText } from '../options/checks.js';
import { type Role, roles } from './roles.js';

/** A bearer token for callers over TCP. */
export interface ControlToken {
  /** Whose it is; stands in the audit log. */
  readonly name: string;
  readonly role: Role;
  /** At least 16 characters; 32 random bytes in base64url are good. */
  readonly token: string;
}

/** A token without its secret. */
export interface HashedToken {
  readonly name: string;
  readonly role: Role;
  readonly sha256: Buffer;
}

/** Shorter secrets can be guessed at the rate that is let through. */
const shortestToken = 16;
/** The characters of a bearer token. Source: RFC 6750, section 2.1. */
const tokenSyntax = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Checks the tokens and keeps their hashes only.
 * @throws OptionsError that does not show the secret
 */
export function resolveTokens(tokens: readonly ControlToken[]): readonly HashedToken[] {
  const names = new Set<string>();
  return tokens.map((each, index) => {
    const option = `tokens[${index}]`;
    checkObject(option, each);
    checkKnown(option, each, { name: true, role: true, token: true });
    const name = checkText(`${option}.name`, each.name);
    if (names.has(name)) throw new OptionsError(`${option}.name`, 'must be unique', name);
    names.add(name);
    checkSecret(`${option}.token`, each.token);
    return { name, role: checkOneOf(`${option}.role`, roles, each.role), sha256: sha256(each.token) };
  });
}

function checkSecret(option: string, token: unknown): void {
  if (typeof token !== 'string' || token.length < shortestToken || !tokenSyntax.test(token)) {
    const rule = `must have at least ${shortestToken} characters, of letters, digits and -._~+/`;
    throw new OptionsError(option, rule, typeof token === 'string' ? `${token.length} characters` : token);
  }
}

/**
 * Finds the token that an `Authorization` header carries. Every token is compared, each in constant time, so that
 * the time it takes tells nothing about any of them.
 */
export function findToken(
  tokens: readonly HashedToken[],
  authorization: string | undefined,
): HashedToken | undefined {
  const presented = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (presented === undefined) return undefined;
  const hash = sha256(presented);
  let found: HashedToken | undefined;
  for (const token of tokens) if (timingSafeEqual(token.sha256, hash)) found = token;
  return found;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
