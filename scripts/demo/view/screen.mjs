import { paintInColour, paintPlain } from './style.mjs';

const hideCursor = '\u001B[?25l';
const showCursor = '\u001B[?25h';
const clearToEndOfLine = '\u001B[K';
const clearToEndOfScreen = '\u001B[J';
/** How often a live part is drawn, in milliseconds. */
const frameMs = 80;
/** The narrowest terminal on which the live parts do not wrap. */
const leastColumns = 80;
const plainColumns = 100;

/**
 * Where the demo writes. A terminal gets live parts that are drawn again and again in place; everything else, and a
 * terminal that asks for no colour, gets lines.
 * @typedef {object} Screen
 * @property {boolean} isLive
 * @property {number} columns
 * @property {import('./style.mjs').Paint} paint
 * @property {(...lines: readonly string[]) => void} write
 * @property {(render: (isLast: boolean) => readonly string[]) => () => void} draw draws until the function it gives
 *   back is called, which draws a last time; without a live terminal nothing is drawn
 * @property {() => void} close gives the cursor back
 */

/**
 * @param {NodeJS.WriteStream} output
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Screen}
 */
export function createScreen(output, environment) {
  const isLive =
    output.isTTY &&
    !environment['NO_COLOR'] &&
    environment['TERM'] !== 'dumb' &&
    output.columns >= leastColumns;
  const write = (/** @type {readonly string[]} */ ...lines) =>
    void output.write(lines.map((line) => `${line}\n`).join(''));

  return {
    isLive,
    columns: isLive ? output.columns : plainColumns,
    paint: isLive ? paintInColour : paintPlain,
    write,
    draw(render) {
      if (!isLive) return () => {};
      let drawn = 0;
      const frame = (isLast = false) => {
        const lines = render(isLast);
        const up = drawn === 0 ? '' : `\u001B[${drawn}A`;
        output.write(up + lines.map((line) => `${line}${clearToEndOfLine}\n`).join('') + clearToEndOfScreen);
        drawn = lines.length;
      };
      output.write(hideCursor);
      frame();
      const timer = setInterval(() => frame(), frameMs);
      return () => {
        clearInterval(timer);
        frame(true);
        output.write(showCursor);
      };
    },
    close: () => {
      if (isLive) output.write(showCursor);
    },
  };
}
