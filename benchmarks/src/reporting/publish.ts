import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatMachine, type Machine } from './machine.js';

const ROOT = new URL('../../', import.meta.url);
const RESULTS = new URL('results/', ROOT);
const SUMMARY = new URL('RESULTS.md', ROOT);

const INTRODUCTION = `# Results

Each section is written by its command with \`--record\`. What is measured, and how, is in
[docs/benchmarks.md](../docs/benchmarks.md); the load average tells what else the machine was doing.
`;

/** The outcome of a benchmark. */
export interface Publication {
  /** The benchmark's name: that of its command, and of its section in the summary. */
  readonly name: string;
  readonly machine: Machine;
  readonly startedAt: Date;
  /** Tables and remarks, in Markdown. */
  readonly markdown: string;
  /** All figures. */
  readonly data: unknown;
  /** Whether the committed summary is to quote it. */
  readonly record: boolean;
}

/** The command as it was typed, so that others can repeat it. */
function commandLine(name: string): string {
  const args = process.argv.slice(2).filter((argument) => argument !== '--record');
  return args.length === 0 ? `npm run ${name}` : `npm run ${name} -- ${args.join(' ')}`;
}

function replaceSection(text: string, name: string, section: string): string {
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const block = `${begin}\n${section}\n${end}`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  return before === undefined || after === undefined
    ? `${text.trimEnd()}\n\n${block}\n`
    : `${before}${block}${after}`;
}

function recordSection({ name, machine, startedAt, markdown }: Publication): void {
  const text = existsSync(SUMMARY) ? readFileSync(SUMMARY, 'utf8') : INTRODUCTION;
  const facts = `\`${commandLine(name)}\`, ${startedAt.toISOString().slice(0, 10)}: ${formatMachine(machine)}.`;
  writeFileSync(SUMMARY, replaceSection(text, name, `## ${name}\n\n${facts}\n\n${markdown}`));
}

/** Prints the tables, writes all figures as JSON, and records the tables in the summary if that was asked for. */
export function publish(publication: Publication): void {
  const { name, machine, startedAt, markdown, data, record } = publication;
  mkdirSync(RESULTS, { recursive: true });
  const stamp = startedAt.toISOString().replaceAll(/[:.]/g, '-');
  const file = fileURLToPath(new URL(`${name}-${stamp}.json`, RESULTS));
  const content = { benchmark: name, command: commandLine(name), startedAt, machine, data };
  writeFileSync(file, `${JSON.stringify(content, undefined, 1)}\n`);
  process.stdout.write(`${formatMachine(machine)}\n\n${markdown}\n\nAll figures: ${file}\n`);
  if (record) {
    recordSection(publication);
  }
}
