import { createGroupCommit, type GroupCommitOptions } from '@quiesce/core/group-commit';
import { createManualClock } from '@quiesce/core/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate } from '../support/test-lifecycle.js';

/** A store that keeps written items in memory until it is synced, as a page cache does. */
function createStore() {
  const written: string[] = [];
  const durable: string[] = [];
  const batches: number[] = [];
  let syncing = Promise.resolve();
  let fault: 'write' | 'sync' | undefined;
  return {
    written,
    durable,
    batches,
    /** Holds the next syncs back until it is passed. */
    hold(passed: Promise<void>) {
      syncing = passed;
    },
    failNext(what: 'write' | 'sync' | undefined) {
      fault = what;
    },
    write(batch: readonly string[]) {
      if (fault === 'write') throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      batches.push(batch.length);
      written.push(...batch);
    },
    async sync() {
      const upTo = written.length;
      await syncing;
      if (fault === 'sync') throw Object.assign(new Error('i/o error'), { code: 'EIO' });
      durable.push(...written.slice(durable.length, upTo));
    },
  };
}

function createTest(options: Partial<GroupCommitOptions<string>> = {}) {
  const clock = createManualClock();
  const store = createStore();
  const commit = createGroupCommit<string>({ write: store.write, sync: store.sync, clock, ...options });
  return { clock, store, commit };
}

describe('a group commit', () => {
  it('acknowledges an item only after the sync of its own batch', async () => {
    const { clock, store, commit } = createTest();
    const gate = createGate();
    store.hold(gate.passed);
    let isAcknowledged = false;
    const acknowledged = commit.append('a').then(() => {
      isAcknowledged = true;
    });
    await clock.advance(1);
    expect(store.written).toEqual(['a']);
    expect(isAcknowledged).toBe(false);
    gate.open();
    await acknowledged;
    expect(store.durable).toEqual(['a']);
    expect(commit.pending).toBe(0);
  });

  it('takes what comes during a sync as the next batch, in order', async () => {
    const { clock, store, commit } = createTest();
    const gate = createGate();
    store.hold(gate.passed);
    const first = commit.append('a');
    await clock.advance(1);
    const others = ['b', 'c', 'd'].map((item) => commit.append(item));
    await clock.settle();
    expect(store.batches).toEqual([1]);
    gate.open();
    await Promise.all([first, ...others]);
    expect(store.batches).toEqual([1, 3]);
    expect(store.durable).toEqual(['a', 'b', 'c', 'd']);
  });

  it('waits for more as long as it may, and no longer when a batch is full', async () => {
    const { clock, store, commit } = createTest({ maxDelayMs: 10, maxItems: 3 });
    commit.buffer('a');
    await clock.advance(9);
    expect(store.written).toEqual([]);
    await clock.advance(1);
    expect(store.durable).toEqual(['a']);
    for (const item of ['b', 'c', 'd', 'e']) commit.buffer(item);
    await clock.settle();
    expect(store.batches).toEqual([1, 3, 1]);
    expect(clock.timers).toBe(0);
  });

  it('keeps batches below their size, but for an item that alone is larger', async () => {
    const { clock, store, commit } = createTest({
      maxSize: 4,
      sizeOf: (item) => item.length,
      maxDelayMs: 1_000,
    });
    for (const item of ['aaa', 'bb', 'ccccccc', 'd']) commit.buffer(item);
    await clock.settle();
    await commit.barrier();
    expect(store.batches).toEqual([1, 1, 1, 1]);
    expect(store.durable).toEqual(['aaa', 'bb', 'ccccccc', 'd']);
  });

  it('makes everything durable at once at a barrier, and waits for nothing that comes later', async () => {
    const { store, commit } = createTest({ maxDelayMs: 60_000 });
    await commit.barrier();
    for (const item of ['a', 'b']) commit.buffer(item);
    const barrier = commit.barrier();
    await barrier;
    expect(store.durable).toEqual(['a', 'b']);
  });

  it.for(['write', 'sync'] as const)('acknowledges nothing any more after a failed %s', async (fault) => {
    const { clock, store, commit } = createTest({ maxItems: 1 });
    await commit.append('safe');
    store.failNext(fault);
    const lost = [commit.append('a'), commit.append('b'), commit.barrier()];
    for (const promise of lost) {
      await expect(promise).rejects.toMatchObject({
        code: 'QUIESCE_COMMIT',
        cause: { code: fault === 'write' ? 'ENOSPC' : 'EIO' },
      });
    }
    store.failNext(undefined);
    await expect(commit.append('c')).rejects.toMatchObject({ code: 'QUIESCE_COMMIT' });
    await expect(commit.barrier()).rejects.toMatchObject({ code: 'QUIESCE_COMMIT' });
    expect(() => commit.buffer('d')).toThrow('nothing after it is acknowledged');
    expect(store.durable).toEqual(['safe']);
    expect(clock.timers).toBe(0);
  });

  it('has made durable what it acknowledged, once and in order, wherever it fails', async () => {
    const step = fc.oneof(
      fc.constantFrom('append', 'append', 'append', 'buffer', 'barrier', 'tick', 'fail-sync', 'fail-write'),
    );
    const property = async (steps: readonly string[], maxItems: number): Promise<void> => {
      const { clock, store, commit } = createTest({ maxItems, maxDelayMs: 5 });
      const acknowledged: { readonly item: string; readonly wasDurable: boolean }[] = [];
      let next = 0;
      for (const each of steps) {
        const item = `${(next += 1)}`;
        if (each === 'append') {
          commit.append(item).then(
            () => {
              acknowledged.push({ item, wasDurable: store.durable.includes(item) });
            },
            () => {},
          );
        }
        if (each === 'buffer') {
          try {
            commit.buffer(item);
          } catch {
            // it has failed before
          }
        }
        if (each === 'barrier') commit.barrier().catch(() => {});
        if (each === 'tick') await clock.advance(5);
        if (each === 'fail-sync') store.failNext('sync');
        if (each === 'fail-write') store.failNext('write');
      }
      await clock.advance(100);
      expect(new Set(store.durable).size).toBe(store.durable.length);
      expect(store.durable.toSorted((a, b) => Number(a) - Number(b))).toEqual(store.durable);
      expect(acknowledged.filter(({ wasDurable }) => !wasDurable)).toEqual([]);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), property),
      { numRuns: 100 },
    );
  });

  it('refuses options that are not as they must be', () => {
    const { write, sync } = createStore();
    expect(() => createGroupCommit({ write, sync, maxItems: 0 })).toThrow('maxItems must be a whole number');
    expect(() => createGroupCommit({ write, sync: 3 as never })).toThrow('sync must be a function');
    expect(() => createGroupCommit({ write, sync, maxBytes: 3 } as never)).toThrow('is not an option');
  });
});
