import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../../scripts/docs/markdown.mjs';

function page(...lines: readonly string[]): ReturnType<typeof parseMarkdown> {
  return parseMarkdown(lines.join('\n'));
}

describe('a page of documentation', () => {
  it('has its blocks of code, each with its language and the line it begins on', () => {
    const { blocks } = page('text', '```ts', 'one();', '', 'two();', '```', '~~~', 'plain', '~~~');
    expect(blocks).toEqual([
      { language: 'ts', code: ['one();', '', 'two();'], line: 2, directives: [] },
      { language: '', code: ['plain'], line: 7, directives: [] },
    ]);
  });

  it('may indent a block, and may show a fence inside a longer one', () => {
    const { blocks } = page(
      '- item',
      '  ```js',
      '  a();',
      '    b();',
      '  ```',
      '````md',
      '```ts',
      'c();',
      '```',
      '````',
    );
    expect(blocks.map(({ language, code }) => ({ language, code }))).toEqual([
      { language: 'js', code: ['a();', '  b();'] },
      { language: 'md', code: ['```ts', 'c();', '```'] },
    ]);
  });

  it('says in comments right before a block what the block needs', () => {
    const { blocks } = page(
      '<!-- docs: with',
      'declare const a: string; -->',
      '<!-- docs: continues -->',
      '',
      '```ts',
      '```',
      '<!-- docs: run -->',
      'text in between',
      '```sh',
      '```',
    );
    expect(blocks.map(({ directives }) => directives)).toEqual([
      [
        { kind: 'with', text: 'declare const a: string;', line: 0 },
        { kind: 'continues', text: '', line: 2 },
      ],
      [],
    ]);
  });

  it('has its links, but not those inside of code', () => {
    const { links } = page(
      'see [a](./a.md#part), ![b](b.png "title") and `[c](c.md)`',
      '[d]: d.md',
      '<img src="e.png">',
      '```md',
      '[f](f.md)',
      '```',
    );
    expect(links).toEqual([
      { target: './a.md#part', line: 1 },
      { target: 'b.png', line: 1 },
      { target: 'd.md', line: 2 },
      { target: 'e.png', line: 3 },
    ]);
  });

  it('has the anchors that GitHub makes of its headings', () => {
    const { anchors } = page(
      '# The `exit` phase: what, when?',
      '## QUIESCE_PLAN',
      '## Twice',
      '## Twice',
      '<a id="own"></a>',
    );
    expect([...anchors]).toEqual(['the-exit-phase-what-when', 'quiesce_plan', 'twice', 'twice-1', 'own']);
  });
});
