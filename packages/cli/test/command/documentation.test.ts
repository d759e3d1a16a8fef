import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CommandEntry, CommandSpec, OptionSpec } from '../../src/command/command-spec.js';
import { commandTable } from '../../src/command/command-table.js';
import { exitCodes } from '../../src/command/exit-codes.js';
import { environmentVariable } from '../../src/command/given-options.js';
import { findingExitCodes } from '../../src/stop/stop-result.js';
import { targetOptions } from '../../src/target/target-options.js';

const page = readFileSync(new URL('../../../../docs/command.md', import.meta.url), 'utf8');

/** The rows of the tables under one heading, each cell without its blanks. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const begin = page.indexOf(`\n${heading}\n`);
  expect(begin, `docs/command.md has "${heading}"`).toBeGreaterThanOrEqual(0);
  const section = page.slice(begin + heading.length + 2).split(/^#/m)[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function toRow({ name, value, summary, standard, isOn }: OptionSpec): readonly string[] {
  const flags =
    isOn === true
      ? `\`--${name}\`, \`--no-${name}\``
      : `\`--${name}${value === undefined ? '' : ` ${value}`}\``;
  return [flags, `\`${environmentVariable(name)}\``, standard ?? '–', summary];
}

async function loadAll(
  table: readonly CommandEntry[],
  path: string,
): Promise<readonly (readonly [string, CommandSpec])[]> {
  const loaded = await Promise.all(
    table.map(async ({ name, load }): Promise<readonly (readonly [string, CommandSpec])[]> => {
      const spec = await load();
      return spec.kind === 'group' ? loadAll(spec.commands, `${path} ${name}`) : [[`${path} ${name}`, spec]];
    }),
  );
  return loaded.flat();
}

describe('docs/command.md', () => {
  it('has the options that name a target, as the code has them', () => {
    expect(rowsUnder('## The target')).toEqual(targetOptions.map(toRow));
  });

  it('has every option of every subcommand, as the code has them', async () => {
    for (const [path, spec] of await loadAll(commandTable, 'quiesce')) {
      if (spec.kind !== 'options') continue;
      const own = spec.options.filter((option) => !targetOptions.includes(option));
      if (own.length === 0) continue;
      expect(rowsUnder(`### Options of \`${path}\``)).toEqual(own.map(toRow));
    }
  });

  it('has a section for every subcommand', async () => {
    for (const [path] of await loadAll(commandTable, 'quiesce')) expect(page).toContain(`\n## \`${path}\`\n`);
  });

  it('has the exit code of everything that a stop can come to', () => {
    const rows = rowsUnder('### Exit codes of `quiesce stop`');
    expect(rows.map(([code]) => Number(code))).toEqual(Object.values(exitCodes));
    for (const [outcome, code] of Object.entries(findingExitCodes)) {
      const outcomes = rows.find(([each]) => Number(each) === code)?.[1];
      expect(outcomes, `row ${code}`).toContain(`\`${outcome}\``);
    }
  });
});
