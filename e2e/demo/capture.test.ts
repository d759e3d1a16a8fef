import { describe, expect, it } from 'vitest';
import { parseAnsi } from '../../scripts/demo/capture/parse-ansi.mjs';
import { renderSvg } from '../../scripts/demo/capture/render-svg.mjs';

const escape = '\u001B';

describe('the picture of a terminal', () => {
  it('keeps the columns, colours and weights of what was on the screen', () => {
    const screen = `plain ${escape}[1mbold${escape}[0m\n${escape}[32mgreen ${escape}[2mdim${escape}[39m`;
    const plain = { colour: undefined, bold: false, dim: false };
    expect(parseAnsi(screen)).toEqual([
      [
        { ...plain, column: 0, text: 'plain ' },
        { ...plain, column: 6, text: 'bold', bold: true },
      ],
      [
        { ...plain, column: 0, text: 'green ', colour: 'green' },
        { ...plain, column: 6, text: 'dim', colour: 'green', dim: true },
      ],
    ]);
  });

  it('is an SVG that needs nothing from outside, in a light and a dark theme', () => {
    const svg = renderSvg(parseAnsi(`${escape}[31m1 < 2 & "3"${escape}[0m`), {
      columns: 80,
      title: 'a title',
    });
    expect(svg).toContain('class="red">1 &lt; 2 &amp; &quot;3&quot;</text>');
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg.match(/\b(?:href|src|url)\b/g)).toBeNull();
  });
});
