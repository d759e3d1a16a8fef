import { displayWidth, takeColumns } from './display-width.js';

/** How a piece of a line looks where there are colours. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** A line on a screen, before it becomes characters. */
export type Line = readonly Span[];

/** Select Graphic Rendition. Source: ECMA-48, section 8.3.117. */
const codes: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** A line as characters. */
export function paint(line: Line, hasColor: boolean): string {
  return line
    .map(({ text, style }) => {
      return hasColor && style !== undefined ? `\u001B[${codes[style]}m${text}\u001B[0m` : text;
    })
    .join('');
}

/** The begin of a line, so much of it as fits; `…` stands for what is left out. */
export function fitLine(line: Line, columns: number): Line {
  const whole = line.reduce((width, { text }) => width + displayWidth(text), 0);
  if (whole <= columns) return line;
  const fitted: Span[] = [];
  let left = columns - 1;
  for (const span of line) {
    const text = takeColumns(span.text, left);
    left -= displayWidth(text);
    fitted.push({ ...span, text });
    if (text !== span.text) break;
  }
  return columns < 1 ? [] : [...fitted, { text: '…' }];
}
