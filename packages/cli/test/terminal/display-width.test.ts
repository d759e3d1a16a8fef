import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutToWidth, displayWidth, padToWidth } from '../../src/terminal/display-width.js';

describe('a text in a terminal', () => {
  it.each([
    ['', 0],
    ['orders', 6],
    ['aufträge', 8],
    ['e\u0301', 1],
    ['注文', 4],
    ['주문', 4],
    ['ｆｕｌｌ', 8],
    ['👍', 2],
    ['👩‍👩‍👧', 2],
    ['🇯🇵', 2],
    ['❤️', 2],
    ['\u200B', 0],
  ])('%s takes %d columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it.each([
    ['orders', 6, 'orders'],
    ['orders', 4, 'ord…'],
    ['注文処理', 8, '注文処理'],
    ['注文処理', 7, '注文処…'],
    ['注文処理', 6, '注文…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['orders', 1, '…'],
    ['orders', 0, ''],
  ])('%s is cut to %d columns between characters: %s', (text, columns, cut) => {
    expect(cutToWidth(text, columns)).toBe(cut);
  });

  it('never takes more columns than there are, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 20 }), (text, columns) => {
        const cut = cutToWidth(text, columns);
        expect(displayWidth(cut)).toBeLessThanOrEqual(Math.max(columns, 0));
        if (displayWidth(text) <= columns) expect(cut).toBe(text);
      }),
    );
  });

  it('is filled up by its width, not its length', () => {
    expect(padToWidth('注文', 6)).toBe('注文  ');
    expect(padToWidth('too long', 3)).toBe('too long');
  });
});
