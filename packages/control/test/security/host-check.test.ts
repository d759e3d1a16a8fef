import { describe, expect, it } from 'vitest';
import { isAllowedHost, isAllowedOrigin, parseHost } from '../../src/security/host-check.js';
import { isLoopbackAddress } from '../../src/security/loopback.js';

const allowed = new Set(['localhost', '127.0.0.1', '[::1]']);

describe('the Host header', () => {
  it.each(['localhost', 'LOCALHOST:9000', '127.0.0.1:80', '[::1]', '[::1]:9000'])('may be %s', (host) => {
    expect(isAllowedHost(host, allowed)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'evil.example',
    'evil.example:9000',
    'localhost.evil.example',
    'localhost@evil.example',
    'localhost:9000:9000',
    'localhost:port',
    'localhost/',
    ' localhost',
    '[::1',
    '::1',
    '127.0.0.2',
  ])('may not be %j', (host) => {
    expect(isAllowedHost(host, allowed)).toBe(false);
  });

  it('is taken without its port, in lower case', () => {
    expect(parseHost('Orders.Example:8080')).toBe('orders.example');
  });
});

describe('a request from a browser', () => {
  it('is let through from a page that came from here, or when a person typed the address', () => {
    expect(isAllowedOrigin({ host: 'localhost:9000', origin: 'http://localhost:9000' })).toBe(true);
    expect(isAllowedOrigin({ host: 'localhost:9000', 'sec-fetch-site': 'none' })).toBe(true);
    expect(isAllowedOrigin({ host: 'localhost:9000', 'sec-fetch-site': 'same-origin' })).toBe(true);
  });

  it.each([
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:8080' },
    { origin: 'https://localhost:9000' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://localhost:9000', 'sec-fetch-site': 'cross-site' },
  ])('is refused with %j', (headers) => {
    expect(isAllowedOrigin({ host: 'localhost:9000', ...headers })).toBe(false);
  });

  it('is told from a program, which sends neither header', () => {
    expect(isAllowedOrigin({ host: 'localhost:9000' })).toBe(true);
  });
});

describe('a loopback address', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1'])('is %s', (address) => {
    expect(isLoopbackAddress(address)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '::2',
    'localhost',
    'localhost.evil.example',
    '127.1',
    '',
  ])('is not %j', (address) => {
    expect(isLoopbackAddress(address)).toBe(false);
  });
});
