import { expect, it } from 'vitest';
import { runQuiesce } from '../support/quiesce-process.js';

it('quiesce verify is the judge, under this name, with its own exit codes', async () => {
  const help = await runQuiesce(['verify', '--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('Usage: quiesce verify [options]');
  const wrong = await runQuiesce(['verify', '--runs', 'many', '--', 'true']);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toBe('quiesce verify: --runs must be a number; got "many"\n');
  const given = await runQuiesce(['verify', '--', 'true'], { env: { QUIESCE_VERIFY_RUNS: 'few' } });
  expect(given.stderr).toBe('quiesce verify: --runs must be a number; got "few"\n');
});

it('quiesce verify says that a server that ends by itself cannot be judged: 2', async () => {
  const run = await runQuiesce(['verify', '--runs', '1', '--start-timeout', '5', '--', 'false']);
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/^quiesce verify: /m);
});
