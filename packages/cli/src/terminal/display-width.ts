/**
 * Code points that take two columns: East Asian wide and full-width ones, and pictures. Source: Unicode Standard Annex
 * 11, "East Asian Width", W and F.
 */
const wide =
  /^(?:[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)/u;

/** What is drawn over the character before it, or not at all. */
const withoutWidth = /^[\p{Mark}\p{Default_Ignorable_Code_Point}\p{Cc}]+$/u;

/** How many columns one character, as a person sees it, takes in a terminal. */
function widthOf(grapheme: string): number {
  if (withoutWidth.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

function* graphemes(text: string): Generator<string> {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** How many columns a text takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const grapheme of graphemes(text)) width += widthOf(grapheme);
  return width;
}

/** The begin of a text, as much of it as fits; no character is cut in half. */
export function takeColumns(text: string, columns: number): string {
  let width = 0;
  let taken = '';
  for (const grapheme of graphemes(text)) {
    width += widthOf(grapheme);
    if (width > columns) break;
    taken += grapheme;
  }
  return taken;
}

/** The same, with `…` for what is left out. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  return columns < 1 ? '' : `${takeColumns(text, columns - 1)}…`;
}

/** Fills a text up with blanks to a width. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}
