/** @typedef {import('./parse-ansi.mjs').Run} Run */

const cell = { width: 8.4, height: 19 };
const padding = 22;
const fontSize = 14;
/** Where the baseline is in a line, from its top. */
const baseline = 14;

const light = {
  ground: '#fbfbfc',
  edge: '#d5d9de',
  text: '#24292f',
  dim: '#6e7781',
  red: '#cf222e',
  green: '#1a7f37',
  yellow: '#9a6700',
  cyan: '#0969da',
};
const dark = {
  ground: '#0d1117',
  edge: '#30363d',
  text: '#e6edf3',
  dim: '#8b949e',
  red: '#ff7b72',
  green: '#3fb950',
  yellow: '#d29922',
  cyan: '#58a6ff',
};

/**
 * Draws a terminal's screen. The picture needs nothing from outside, and follows the reader's dark or light theme.
 * @param {readonly (readonly Run[])[]} lines
 * @param {{ columns: number, title: string }} options
 * @returns {string}
 */
export function renderSvg(lines, { columns, title }) {
  const width = Math.ceil(columns * cell.width + 2 * padding);
  const height = lines.length * cell.height + 2 * padding;
  const texts = lines.flatMap((runs, row) =>
    runs.filter(({ text }) => text.trim() !== '').map((run) => renderRun(run, row)),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${renderStyle()}</style>`,
    `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...texts,
    '</svg>',
    '',
  ].join('\n');
}

/**
 * @param {Run} run
 * @param {number} row
 */
function renderRun({ column, text, colour, bold, dim }, row) {
  const leading = text.length - text.trimStart().length;
  const shown = text.trim();
  const x = round(padding + (column + leading) * cell.width);
  const y = round(padding + row * cell.height + baseline);
  const names = [colour, bold ? 'bold' : undefined, dim ? 'dim' : undefined].filter(
    (name) => name !== undefined,
  );
  const classes = names.length === 0 ? '' : ` class="${names.join(' ')}"`;
  // The length keeps the columns where they are, whatever monospaced font the reader has.
  const length = round(shown.length * cell.width);
  return `<text x="${x}" y="${y}" textLength="${length}" xml:space="preserve"${classes}>${escape(shown)}</text>`;
}

function renderStyle() {
  const font = `${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace`;
  return `text{font:${font};white-space:pre}.bold{font-weight:600}${theme(light)}@media(prefers-color-scheme:dark){${theme(dark)}}`;
}

/** @param {typeof light} colours */
function theme({ ground, edge, text, dim, red, green, yellow, cyan }) {
  return (
    `.ground{fill:${ground};stroke:${edge}}text{fill:${text}}.dim{fill:${dim}}.red{fill:${red}}` +
    `.green{fill:${green}}.yellow{fill:${yellow}}.cyan{fill:${cyan}}`
  );
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/** @param {string} text */
function escape(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
