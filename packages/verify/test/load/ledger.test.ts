import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecords } from '../../src/account/read-records.js';
import type { Exchange } from '../../src/load/exchange.js';
import { Ledger } from '../../src/load/ledger.js';
import { openRequestLog } from '../../src/load/request-log.js';
import type { RequestTemplate } from '../../src/plan/request-template.js';

const template: RequestTemplate = {
  name: 'GET /',
  method: 'GET',
  path: '/',
  headers: {},
  body: '',
  role: 'load',
  weight: 1,
  expect: { statuses: [200] },
};

type Step =
  | { readonly do: 'open' }
  | { readonly do: 'settle'; readonly which: number; readonly end: 'complete' | 'closed' | 'timeout' }
  | { readonly do: 'expire' };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constant({ do: 'open' as const }),
  fc.record({
    do: fc.constant('settle' as const),
    which: fc.nat(),
    end: fc.constantFrom('complete' as const, 'closed' as const, 'timeout' as const),
  }),
  fc.constant({ do: 'expire' as const }),
);

describe('the ledger of a load process', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quiesce-ledger-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('writes one record for each request that was opened, whatever happens in whatever order', async () => {
    let file = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 80 }), async (steps) => {
        file += 1;
        const path = join(directory, `${file}.log`);
        let now = 0;
        const ledger = new Ledger(3, [template], { nowUs: () => (now += 10) }, openRequestLog(path));
        const exchanges: Exchange[] = [];
        for (const step of steps) {
          if (step.do === 'open') exchanges.push(ledger.open('keep-alive', 0));
          else if (step.do === 'expire') ledger.expire(now - 50);
          else {
            const exchange = exchanges[step.which % Math.max(1, exchanges.length)];
            // Some are settled twice, as a late event of a socket would.
            if (exchange !== undefined) ledger.settle(exchange, step.end);
          }
        }
        await ledger.close(0);
        const records = [...readRecords(path)];
        expect(ledger.opened).toBe(exchanges.length);
        expect(records.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
          exchanges.map(({ seq }) => seq),
        );
        expect(records.every(({ worker, endedUs, begunUs }) => worker === 3 && endedUs >= begunUs)).toBe(
          true,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('gives a request its first verdict and no second', () => {
    const ledger = new Ledger(0, [template], { nowUs: () => 1 }, openRequestLog(join(directory, 'one.log')));
    const exchange = ledger.open('new', 0);
    exchange.sent = true;
    expect(ledger.settle(exchange, 'closed')).toBe('reset-new');
    expect(ledger.settle(exchange, 'complete')).toBeUndefined();
  });
});
