/**
 * A piece of a terminal's line that looks the same all over.
 * @typedef {{ column: number, text: string, colour: string | undefined, bold: boolean, dim: boolean }} Run
 */

const escape = String.fromCodePoint(0x1b);
const sequenceOrText = new RegExp(`${escape}\\[([\\d;]*)m|([^${escape}]+)`, 'g');
const colours = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/**
 * Reads a screen as `tmux capture-pane -e` gives it: text with SGR sequences (ECMA-48, 8.3.117), whose effect goes on
 * over the end of a line.
 * @param {string} screen
 * @returns {readonly (readonly Run[])[]} the runs of each line
 */
export function parseAnsi(screen) {
  /** @type {Pick<Run, 'colour' | 'bold' | 'dim'>} */
  let style = { colour: undefined, bold: false, dim: false };
  return screen.split('\n').map((line) => {
    /** @type {Run[]} */
    const runs = [];
    let column = 0;
    for (const [, codes, text] of line.matchAll(sequenceOrText)) {
      if (text === undefined) style = (codes ?? '').split(';').map(Number).reduce(applyCode, style);
      else {
        runs.push({ ...style, column, text });
        column += text.length;
      }
    }
    return runs;
  });
}

/**
 * @param {Pick<Run, 'colour' | 'bold' | 'dim'>} style
 * @param {number} code
 * @returns {Pick<Run, 'colour' | 'bold' | 'dim'>}
 */
function applyCode(style, code) {
  if (code === 0) return { colour: undefined, bold: false, dim: false };
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, colour: undefined };
  if (code >= 30 && code <= 37) return { ...style, colour: colours[code - 30] };
  return style;
}
