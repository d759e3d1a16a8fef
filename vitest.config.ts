import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Lets tests import `@quiesce/*` from source, so that no build is needed before them. */
const sourceCondition = 'quiesce:source';

/** A test that runs real processes waits for them most of the time; each has to bear a busy machine anyway. */
const e2eWorkers = availableParallelism();

/** What CI counts at its end; one file for each version of Node, so that a matrix keeps them apart. */
const jsonReport = `.cache/test-reports/node-${process.versions.node}.json`;

export default defineConfig({
  resolve: { conditions: [sourceCondition] },
  ssr: { resolve: { conditions: [sourceCondition] } },
  test: {
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: jsonReport }]] : ['default'],
    setupFiles: ['e2e/support/no-leaked-handles.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/test/**/*.test.ts', 'benchmarks/test/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: ['**/*.e2e.test.ts', '**/*.judge.test.ts'],
          // Nothing here waits for real time; this only ends what hangs, on a machine however busy.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['packages/*/test/**/*.e2e.test.ts', 'e2e/**/*.e2e.test.ts', 'examples/**/*.e2e.test.ts'],
          globalSetup: ['e2e/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: e2eWorkers,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          // The judge judged: every planted defect takes a judging of its own, ten minutes in all.
          name: 'judge',
          include: ['packages/*/test/**/*.judge.test.ts'],
          globalSetup: ['e2e/support/global-setup.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
