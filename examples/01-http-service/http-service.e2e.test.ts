import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startNode } from '../../e2e/support/process.js';
import { sendRequest } from '../../e2e/support/request-in-flight.js';

const script = new URL('server.mjs', import.meta.url);

describe('the 15-line service', () => {
  it('answers what is in flight when SIGTERM comes, closes its store after that, and exits with 0', async () => {
    const service = startNode(script, [], { env: { PORT: '0' } });
    const line = await service.waitForLine('listening on');
    const port = /port: (\d+)/.exec(line)?.[1];

    const { answer } = await sendRequest(`http://127.0.0.1:${port}/orders/17`);
    expect(service.stdout).not.toContain('store closed');
    service.signal('SIGTERM');

    expect(await answer).toMatchObject({
      status: 200,
      headers: { connection: 'close' },
      body: 'answered /orders/17\n',
    });
    expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(service.stdout).toContain('store closed');
    expect(service.stderr).toMatch(/stopped clean .* exit code 0/);
  });

  it('has 15 lines at most, and is what the README shows', () => {
    const code = readFileSync(script, 'utf8').trimEnd();
    const lines = code.split('\n').filter((line) => line !== '');
    expect(lines.length).toBeLessThanOrEqual(15);
    expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(code);
  });
});
