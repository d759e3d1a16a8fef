// Counts the tests of all reports that vitest has written (to .cache/test-reports, or the folder that is given; one for
// each version of Node.js) and ends with one line:
//
//   412 passed, 0 failed, 3 skipped
//
// A test that ran on several versions counts once: as failed when it failed on any, as skipped when none ran it. What
// fails outside a test (a file that does not load, a hook around all tests) counts as a failed test of that file.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

/** @typedef {'passed' | 'failed' | 'skipped'} Verdict */

/**
 * What is read of a report; the format is Jest's.
 * @typedef {object} FileResult
 * @property {string} name
 * @property {string} status
 * @property {readonly { fullName: string, status: string }[]} assertionResults
 */

/** The worse one is kept. @type {readonly Verdict[]} */
const order = ['skipped', 'passed', 'failed'];

const folder = process.argv[2] ?? join(root, '.cache/test-reports');
const reports = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

/** @type {Map<string, Verdict>} */
const verdicts = new Map();
for (const name of reports) {
  const { testResults } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  for (const result of testResults) countFile(result);
}

const counts = order.map((verdict) => [...verdicts.values()].filter((each) => each === verdict).length);
const [skipped = 0, passed = 0, failed = 0] = counts;
for (const [test, verdict] of verdicts) if (verdict === 'failed') console.log(`failed: ${test}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);

/** @param {FileResult} result */
function countFile({ name, status, assertionResults }) {
  const file = name.replace(root, '');
  for (const test of assertionResults) count(`${file} > ${test.fullName}`, toVerdict(test.status));
  const hasFailedTest = assertionResults.some((test) => test.status === 'failed');
  if (status === 'failed' && !hasFailedTest) count(file, 'failed');
}

/**
 * @param {string} test
 * @param {Verdict} verdict
 */
function count(test, verdict) {
  const known = verdicts.get(test) ?? 'skipped';
  verdicts.set(test, order.indexOf(verdict) > order.indexOf(known) ? verdict : known);
}

/**
 * @param {string} status
 * @returns {Verdict}
 */
function toVerdict(status) {
  if (status === 'passed' || status === 'failed') return status;
  return 'skipped';
}
