import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRecords } from '../../src/account/read-records.js';
import { createConnectionMeter } from '../../src/load/connection-meter.js';
import { createRequestWriter } from '../../src/load/http1/request-bytes.js';
import { Ledger } from '../../src/load/ledger.js';
import { createRunClock } from '../../src/load/monotonic-clock.js';
import { openRequestLog } from '../../src/load/request-log.js';
import { createRouting } from '../../src/load/routing.js';
import { pipelinedStream } from '../../src/load/streams/pipelined.js';
import type { StreamContext } from '../../src/load/streams/stream.js';
import { createRandom } from '../../src/plan/random.js';
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
const depth = 4;
/** Longer than the server takes to answer and close; a client that is kept from its processor waits as long. */
const heldUpMs = 50;

describe('a batch of pipelined requests', () => {
  const closed = new Int32Array(new SharedArrayBuffer(4));
  let directory = '';
  let server: Worker;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quiesce-pipelined-'));
    const module = new URL('../fixtures/closes-after-batch.mjs', import.meta.url);
    server = new Worker(module, { workerData: closed.buffer });
  });
  afterEach(async () => {
    await server.terminate();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is accounted by the answer that closes it, also when its client was held up in the middle of it', async () => {
    const [port] = (await once(server, 'message')) as [number];
    const file = join(directory, 'run.log');
    await playTwoBatches(port, file);
    const verdicts = [...readRecords(file)].map(({ verdict }) => verdict);
    expect(verdicts.slice(0, depth + 1)).toEqual(Array.from({ length: depth + 1 }, () => 'answered'));
    // Behind an answer that says "close" nothing is served, and the client knows it.
    expect(verdicts.slice(depth + 1)).toEqual(Array.from({ length: depth - 1 }, () => 'refused'));
  });

  /** Plays until the second batch has its verdicts; its client is held up before each of its requests. */
  async function playTwoBatches(port: number, file: string): Promise<void> {
    const target = { host: '127.0.0.1', port, tls: false };
    const clock = createRunClock(process.hrtime.bigint());
    const random = createRandom('pipelined');
    const ledger = new Ledger(0, [template], clock, openRequestLog(file));
    const writer = createRequestWriter(target, template);
    let written = 0;
    const context: StreamContext = {
      worker: 0,
      target,
      templates: [template],
      writers: [
        {
          ...writer,
          whole: (id) => {
            written += 1;
            if (written > depth + 1) Atomics.wait(closed, 0, 0, heldUpMs);
            return writer.whole(id);
          },
        },
      ],
      random,
      routing: createRouting(clock, random),
      clock,
      ledger,
      meter: createConnectionMeter(clock),
      finishing: () => written >= 2 * depth,
    };
    pipelinedStream(context, { kind: 'pipelined', connections: 1, depth, thinkMs: 0, template: 0 });
    await expect.poll(() => written, { timeout: 10_000 }).toBe(2 * depth);
    await ledger.close(10_000);
  }
});
