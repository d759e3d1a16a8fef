import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShutdownReport, StopOutcome } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import { createFolder, readReport, startFixture, type Told } from '../support/fixture.js';
import { compileReportSchema, readReportSchema } from '../support/report-schema.js';
import { type Schema, toTypeScript, wholeType } from '../support/types-from-schema.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const contract = join(root, 'packages/core/src/contract/report.js');

describe.concurrent('the JSON Schema admits what a real stop writes', () => {
  const stops: readonly { outcome: StopOutcome; what: string; fixture: string; told: Told }[] = [
    { outcome: 'clean', what: 'clean', fixture: 'stops-itself', told: {} },
    {
      outcome: 'incomplete',
      what: 'incomplete, with everything that can be told',
      fixture: 'cuts-work',
      told: { options: { timeoutMs: 1_000 } },
    },
    {
      outcome: 'forced',
      what: 'forced',
      fixture: 'stops-itself',
      told: { options: { signals: { SIGTERM: 'force' } } },
    },
    { outcome: 'failed', what: 'after a crash', fixture: 'crashes', told: { by: 'exception' } },
    {
      outcome: 'failed',
      what: 'after a failed start',
      fixture: 'stops-itself',
      told: { orders: { start: 'throws' } },
    },
    {
      outcome: 'forced',
      what: 'ended by the watchdog',
      fixture: 'stops-itself',
      told: { options: { timeoutMs: 300 }, orders: { drain: 'blocks' } },
    },
    {
      outcome: 'clean',
      what: 'after a lame duck',
      fixture: 'stops-itself',
      told: { options: { signals: { SIGTERM: 'lame-duck' } } },
    },
  ];

  for (const { outcome, what, fixture, told } of stops) {
    it(`when it is ${what}`, async ({ onTestFinished }) => {
      const reportFile = join(createFolder(onTestFinished), 'report.json');
      const options = { ...told.options, reportFile };
      await startFixture(fixture, { ...told, options }, onTestFinished).waitForExit();
      expect(readReport(reportFile).outcome).toBe(outcome); // reading it checks it
    });
  }
});

describe('the JSON Schema of a report', () => {
  const report: ShutdownReport = {
    schema: 'quiesce.report/1',
    service: 'orders',
    instance: 'host:1',
    pid: 1,
    host: 'host',
    mode: { requested: 'graceful', reached: 'graceful', climbs: [] },
    reason: 'signal:SIGTERM',
    startedAt: '2030-01-01T00:00:00.000Z',
    durationMs: 12.5,
    timeoutMs: 25_000,
    outcome: 'clean',
    exit: { code: 0, rule: 'clean, policy "0"' },
    phases: [{ name: 'drain', durationMs: 1, budgetMs: 2, outcome: 'done' }],
    components: [{ name: 'web', tier: 'standard', phases: [] }],
    work: { inFlightAtStart: 0, completed: 0, cut: 0, cutWork: [] },
    notes: [],
  };

  it('admits what the parts of a component report, down to the whole reports of their own', () => {
    const isReport = compileReportSchema();
    const steps = [{ step: 'cut', durationMs: 1, outcome: 'lost' }];
    const part = { name: 'shard-1', outcome: 'lost', steps, problems: ['it crashed'], report };
    const withPart = (each: object): object => ({
      ...report,
      components: [{ name: 'shards', tier: 'critical', phases: [], parts: [each] }],
    });
    expect(isReport(withPart(part))).toBe(true);
    expect(isReport(withPart({ ...part, report: withPart(part) }))).toBe(true);
    expect(isReport(withPart({ ...part, report: { ...report, pid: 0 } }))).toBe(false);
  });

  it('refuses what is not a report', () => {
    const isReport = compileReportSchema();
    expect(isReport(report)).toBe(true);
    const wrong: readonly unknown[] = [
      { ...report, extra: 1 },
      { ...report, outcome: 'well' },
      { ...report, startedAt: 'yesterday' },
      { ...report, durationMs: Number.NaN },
      { ...report, exit: { code: 256, rule: 'too large' } },
      { ...report, exit: { ...report.exit, extra: 1 } },
      { ...report, notes: [{ code: 'x' }] },
      { ...report, previousStop: 'clean' },
      { ...report, components: undefined },
    ];
    expect(wrong.filter((each) => isReport(each))).toEqual([]);
  });

  it('says the same as the type ShutdownReport, in both directions', () => {
    expect(compareWithType(readReportSchema())).toBe('');
  });

  it('is told from the type when one property is missing, optional or of another type', () => {
    const schema = readReportSchema();
    const { notes: _notes, ...properties } = schema.properties ?? {};
    const required = schema.required?.filter((name) => name !== 'notes') ?? [];
    const differing: readonly Schema[] = [
      { ...schema, properties, required },
      { ...schema, required },
      { ...schema, properties: { ...schema.properties, pid: { type: 'string' } } },
      { ...schema, $defs: { ...schema.$defs, note: { ...schema.$defs?.['note'], required: ['code'] } } },
    ];
    for (const each of differing)
      expect(compareWithType(each)).toContain("Type 'true' is not assignable to type 'false'");
  });

  it('is part of the package', () => {
    const script = `import schema from '@quiesce/core/schema/report.schema.json' with { type: 'json' };
      process.stdout.write(schema.$id);`;
    const cwd = join(root, 'packages/core');
    const id = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      cwd,
    });
    expect(id.toString()).toBe(readReportSchema().$id);
  });
});

/** Compiles the type that a schema describes beside `ShutdownReport`; gives what the compiler has against it. */
function compareWithType(schema: Schema): string {
  const folder = join(root, '.cache', `report-schema-${randomUUID()}`);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(
      join(folder, 'compare.ts'),
      `import type { ShutdownReport } from '${contract}';
      type ${wholeType} = ${toTypeScript(schema)};
      type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      export const areSame: Same<${wholeType}, ShutdownReport> = true;`,
    );
    const compilerOptions = { noEmit: true, composite: false, isolatedDeclarations: false };
    const config = { extends: '../../tsconfig.base.json', compilerOptions };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
