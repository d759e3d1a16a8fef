import { Agent, get } from 'node:http';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startShards } from './shard-service.js';

/** A port that was free a moment ago: cluster workers must be told the same one. */
async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function fetchShard(port: number, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => (response.statusCode === 200 ? resolve(body) : reject(new Error(body))));
    });
    request.on('error', reject);
  });
}

describe.for(['cluster', 'process'] as const)('replacing shards that share a port, each a %s', (kind) => {
  it('refuses and loses no request, and the old ones stop clean', async ({ onTestFinished }) => {
    const listens = kind === 'cluster' ? { port: await findPort() } : { handsOver: true };
    const told = { kind, ...listens, answerAfterMs: 20, shardOptions: { timeoutMs: 10_000 } };
    const service = await startShards(told, onTestFinished);
    const port = listens.port ?? Number((await service.process.waitForLine(/^port \d+/)).slice(5));
    const agent = new Agent({ keepAlive: false });
    const answers: string[] = [];
    const over = new AbortController();
    const load = Array.from({ length: 4 }, async () => {
      while (!over.signal.aborted) answers.push(await fetchShard(port, agent));
    });
    service.process.signal('SIGUSR2');
    const line = await service.process.waitForLine(/^replaced/);
    over.abort();
    await Promise.all(load);
    expect(line).toBe('replaced shards/0 clean, shards/1 clean');
    expect(answers.some((answer) => answer.endsWith('.1'))).toBe(true);
    expect(await fetchShard(port, agent)).toMatch(/^shard [01]\.2$/);
    service.process.signal('SIGTERM');
    const { report } = await service.stopped();
    expect(report.outcome).toBe('clean');
  });
});

describe.for(['thread', 'process'] as const)('replacing shards, each a %s', (kind) => {
  it('starts each new one before its old one stops', async ({ onTestFinished }) => {
    const service = await startShards({ kind }, onTestFinished);
    service.process.signal('SIGUSR2');
    await service.process.waitForLine('replaced shards/0 clean, shards/1 clean');
    service.process.signal('SIGTERM');
    const { lines, report } = await service.stopped();
    const order = lines
      .filter((line) => / ready | stopped clean replaced/.test(line))
      .map((line) => line.slice(0, 16));
    expect(order.slice(2)).toEqual([
      'shard 0.2 ready ',
      'shard 0.1 stoppe',
      'shard 1.2 ready ',
      'shard 1.1 stoppe',
    ]);
    expect(report.outcome).toBe('clean');
  });

  it('leaves the old ones when a new one does not come up', async ({ onTestFinished }) => {
    const service = await startShards({ kind, later: { 0: { start: 'exits' } } }, onTestFinished);
    service.process.signal('SIGUSR2');
    const line = await service.process.waitForLine(/^not replaced/);
    expect(line).toBe('not replaced: "shards/0" exited with code 7 before it was ready');
    service.process.signal('SIGTERM');
    const { report, parts } = await service.stopped();
    expect(report.outcome).toBe('clean');
    expect(parts).toHaveLength(2);
  });
});
