import { describe, expect, it } from 'vitest';
import { positionOf, startShards } from './shard-service.js';

const steps = ['announce', 'refuse', 'drain', 'persist', 'release'] as const;

describe('a signal to a process that is a shard, in the middle of a stop', () => {
  const kind = 'process';
  it.for(steps)(
    'kill -9 in %s: it is named, and the others persist and end',
    async (step, { onTestFinished }) => {
      const shards = { 1: { [step]: 'killed' } };
      const service = await startShards(
        { kind, count: 3, options: { timeoutMs: 8_000 }, shards },
        onTestFinished,
      );
      service.process.signal('SIGTERM');
      const { exit, parts, lines, report } = await service.stopped();
      expect(exit.code).toBe(3);
      expect(report.mode.reached).toBe('graceful');
      expect(parts.map(({ outcome }) => outcome)).toEqual(['clean', 'lost', 'clean']);
      expect(parts[1]?.problems).toEqual([`was killed by SIGKILL in ${step}`]);
      for (const shard of ['shard 0.1', 'shard 2.1'])
        expect(positionOf(lines, `${shard} persist`)).toBeLessThan(positionOf(lines, 'shared release'));
    },
  );

  it.for(steps)(
    'kill -STOP in %s: it is named, ended in persist at the latest, and the others persist and end',
    async (step, { onTestFinished }) => {
      const timeoutMs = 3_000;
      const shards = { 1: { [step]: 'paused' } };
      const service = await startShards({ kind, count: 3, options: { timeoutMs }, shards }, onTestFinished);
      service.process.signal('SIGTERM');
      const { exit, parts, lines, report } = await service.stopped();
      expect(exit.code).toBe(3);
      expect(report.durationMs).toBeLessThan(timeoutMs);
      expect(parts.map(({ outcome }) => outcome)).toEqual(['clean', 'lost', 'clean']);
      expect(parts[1]?.problems[0]).toContain(`had not answered in ${step}`);
      expect(parts[1]?.problems.at(-1)).toMatch(/and was ended$/);
      for (const shard of ['shard 0.1', 'shard 2.1'])
        expect(positionOf(lines, `${shard} persist`)).toBeLessThan(positionOf(lines, 'shared release'));
    },
  );
});

describe.for(['thread', 'process', 'cluster'] as const)('a second Ctrl-C, each shard a %s', (kind) => {
  it('makes one and the same stop climb in all of them: they leave the drain, and persist', async ({
    onTestFinished,
  }) => {
    const shards = { 0: { drain: 'hangs' }, 1: { drain: 'hangs' } };
    const options = { timeoutMs: 20_000, signalDebounceMs: 0 };
    const service = await startShards({ kind, options, shards }, onTestFinished);
    service.process.signalGroup('SIGINT');
    await service.process.waitForLine('shard 0.1 drain');
    await service.process.waitForLine('shard 1.1 drain');
    service.process.signalGroup('SIGINT');
    const { exit, report, parts, lines } = await service.stopped();
    expect(exit.code).toBe(3);
    expect(report.mode).toMatchObject({
      requested: 'graceful',
      reached: 'last-ditch',
      climbs: [{ cause: 'signal:SIGINT' }],
    });
    for (const shard of ['shard 0.1', 'shard 1.1']) {
      expect(lines.filter((line) => line === `${shard} persist`)).toHaveLength(1);
      expect(lines.filter((line) => line.startsWith(`${shard} stopped`))).toEqual([
        `${shard} stopped incomplete signal:SIGINT`,
      ]);
    }
    expect(parts.map((part) => part.report?.mode.reached)).toEqual(['last-ditch', 'last-ditch']);
  });
});
