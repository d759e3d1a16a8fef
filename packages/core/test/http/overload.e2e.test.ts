import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startHttpService } from './support/http-service.js';
import { get } from './support/raw-client.js';

/** What became of connections that each brought one request. */
interface Ends {
  answered: number;
  /** Never let in: safe to try elsewhere. */
  refused: number;
  /** Let in, and left without an answer. */
  reset: number;
}

/** So many wait at most: on a busy machine too, a queue of them is emptied within the patience of a stop. */
const mostWaiting = 200;

/** Opens connections at a fixed rate, however slowly they are answered, until it is stopped. */
function flood(port: number, perSecond: number): { readonly ends: Ends; stop(): Promise<Ends> } {
  const ends: Ends = { answered: 0, refused: 0, reset: 0 };
  const open = new Set<Promise<void>>();
  const knock = (): void => {
    const closed = new Promise<void>((resolve) => {
      let isIn = false;
      let answer = '';
      const socket = connect(port, '127.0.0.1');
      socket.on('connect', () => {
        isIn = true;
        socket.write(get('/busy?ms=4', { Connection: 'close' }));
      });
      socket.on('data', (data) => {
        answer += data.toString();
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        if (answer.endsWith('answer')) ends.answered += 1;
        else ends[isIn ? 'reset' : 'refused'] += 1;
        resolve();
      });
    });
    open.add(closed);
    void closed.then(() => open.delete(closed));
  };
  const begunMs = performance.now();
  let knocked = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - begunMs) / 1_000) * perSecond;
    for (; knocked < due; knocked += 1) if (open.size < mostWaiting) knock();
  }, 5);
  return {
    ends,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      return ends;
    },
  };
}

describe('a service with more connections than it can accept', () => {
  it('lets nobody in any more when it stops, and answers all who are', async (context) => {
    if (process.platform !== 'linux') context.skip('only Linux tells how many are in the queue');
    const service = await startHttpService(context.onTestFinished);
    const { ends, stop } = flood(service.address.port, 600); // 4 ms each: it can answer 250 a second at best
    await expect.poll(() => ends.answered, { timeout: 30_000 }).toBeGreaterThan(150);
    service.process.signal('SIGTERM');
    const { exit, report } = await service.stopped();
    const { answered, refused, reset } = await stop();
    expect(exit.code).toBe(0);
    expect(report.outcome).toBe('clean');
    expect(answered).toBeGreaterThan(150);
    expect(refused).toBeGreaterThan(10);
    // Without the shut queue they are more than a hundred. One may slip in between the last of them and the close.
    expect(reset).toBeLessThan(10);
  });
});
