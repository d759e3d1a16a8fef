import { describe, expect, it } from 'vitest';
import { fitLine, type Line, paint } from '../../src/terminal/paint.js';

const line: Line = [{ text: 'orders', style: 'bold' }, { text: '  ' }, { text: '実行中', style: 'green' }];

describe('a line', () => {
  it('has colours only where there are any', () => {
    expect(paint(line, false)).toBe('orders  実行中');
    expect(paint(line, true)).toBe('\u001B[1morders\u001B[0m  \u001B[32m実行中\u001B[0m');
  });

  it.each([
    [14, 'orders  実行中'],
    [13, 'orders  実行…'],
    [12, 'orders  実…'],
    [9, 'orders  …'],
    [7, 'orders…'],
    [4, 'ord…'],
    [1, '…'],
    [0, ''],
  ])('of 14 columns in %d is %s', (columns, text) => {
    expect(paint(fitLine(line, columns), false)).toBe(text);
  });
});
