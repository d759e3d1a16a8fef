import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../src/text/format-duration.js';
import { printable } from '../../src/text/printable.js';

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [12.4, '12 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1_240, '1.2 s'],
    [9_949, '9.9 s'],
    [9_951, '10 s'],
    [59_499, '59 s'],
    [59_600, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [90_000_000, '1 d 1 h'],
  ])('of %d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('a text of somebody else', () => {
  it('is one line that a terminal only shows', () => {
    expect(printable('GET /\u001B]0;owned\u0007\r\nx')).toBe('GET /\\u001b]0;owned\\u0007\\u000d x');
    expect(printable('a\u202Eb\u009B31m')).toBe('a\\u202eb\\u009b31m');
    expect(printable('aufträge 注文')).toBe('aufträge 注文');
  });
});
