import { stripVTControlCharacters } from 'node:util';

/** @typedef {'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan'} Tone */

/** @type {Readonly<Record<Tone, readonly [number, number]>>} */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
};

/** Writes text in a tone. @typedef {(tone: Tone, text: string) => string} Paint */

/**
 * The terminal's own sixteen colours, so that a dark and a light theme both stay readable.
 * @type {Paint}
 */
export const paintInColour = (tone, text) => `\u001B[${codes[tone][0]}m${text}\u001B[${codes[tone][1]}m`;

/** @type {Paint} */
export const paintPlain = (_tone, text) => text;

/**
 * Fills a text up to a width, colours not counted.
 * @param {string} text
 * @param {number} width
 */
export function padEnd(text, width) {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/**
 * Breaks a text between words into lines of `width` at most.
 * @param {string} text
 * @param {number} width
 * @returns {readonly string[]}
 */
export function wrap(text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || widthOf(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

/** @param {string} text */
function widthOf(text) {
  return stripVTControlCharacters(text).length;
}

/** @param {number} count */
export function formatCount(count) {
  return count.toLocaleString('en-US');
}

/**
 * A duration in milliseconds, in the unit that shows it best.
 * @param {number} ms
 */
export function formatDuration(ms) {
  return ms < 99.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}
