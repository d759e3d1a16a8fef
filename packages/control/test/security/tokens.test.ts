import { describe, expect, it } from 'vitest';
import { findToken, resolveTokens } from '../../src/security/tokens.js';

const secret = 'a-secret-of-24-characters';
const tokens = resolveTokens([
  { name: 'deploy', role: 'operate', token: secret },
  { name: 'grafana', role: 'observe', token: 'another-secret-that-is-long' },
]);

describe('a bearer token', () => {
  it('is found by its secret, whatever the case of the scheme', () => {
    expect(findToken(tokens, `Bearer ${secret}`)).toMatchObject({ name: 'deploy', role: 'operate' });
    expect(findToken(tokens, `bearer  ${secret}`)).toMatchObject({ name: 'deploy' });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Basic ${secret}`,
    secret,
    `Bearer ${secret}x`,
    `Bearer ${secret.slice(0, -1)}`,
    `Bearer ${secret} ${secret}`,
    'Bearer undefined',
  ])('is not found in %j', (header) => {
    expect(findToken(tokens, header)).toBeUndefined();
  });

  it('is kept as a hash only', () => {
    expect(JSON.stringify(tokens)).not.toContain(secret);
    expect(tokens[0]?.sha256).toHaveLength(32);
  });

  it.each([
    ['short', /at least 16 characters/],
    ['has a space in the middle', /letters, digits/],
    ['has-a-line-break-\n-in-it', /letters, digits/],
  ])('is refused when it is %j, without being shown', (token, rule) => {
    const resolve = (): unknown => resolveTokens([{ name: 'deploy', role: 'operate', token }]);
    expect(resolve).toThrow(rule);
    expect(resolve).not.toThrow(token);
  });

  it('has a name of its own, and a role there is', () => {
    const token = { name: 'deploy', role: 'operate', token: secret } as const;
    expect(() => resolveTokens([token, token])).toThrow(/tokens\[1\]\.name must be unique/);
    expect(() => resolveTokens([{ ...token, role: 'root' as 'force' }])).toThrow(/observe, operate, force/);
    expect(() => resolveTokens([{ ...token, rol: 'x' } as typeof token])).toThrow(/rol is not an option/);
  });
});
