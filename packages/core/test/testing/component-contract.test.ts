import { createServer, type Server } from 'node:net';
import type { Component, StopContext } from '@quiesce/core';
import { type ContractSubject, componentContract } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';

/** Work of a component that keeps the contract, with some of its hooks replaced. */
function createSubject(hooks: (subject: Office) => Partial<Component> = () => ({})): ContractSubject {
  const office = new Office();
  const component: Component = {
    name: 'office',
    refuse: (stop) => office.cutWith(stop),
    drain: (stop) => office.drained(stop),
    pending: () => office.open,
    ...hooks(office),
  };
  return {
    component,
    begin() {
      office.open += 1;
      return Promise.resolve({ end: () => office.end() });
    },
  };
}

class Office {
  open = 0;
  #onEmpty: (() => void) | undefined;

  end(): void {
    this.open -= 1;
    this.#onEmpty?.();
  }

  cutWith(stop: StopContext): void {
    stop.cut.addEventListener('abort', () => this.cut(stop));
  }

  cut(stop: StopContext): void {
    if (this.open === 0) return;
    stop.account({ cut: Array.from({ length: this.open }, () => ({ name: 'paperwork', ageMs: 1 })) });
    this.open = 0;
    this.#onEmpty?.();
  }

  drained(stop: StopContext): Promise<void> {
    if (this.open === 0) return Promise.resolve();
    stop.signal.addEventListener('abort', () => this.cut(stop));
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }
}

/** The rules that a component breaks. */
async function findBroken(create: () => ContractSubject): Promise<readonly string[]> {
  const tests: [title: string, run: () => Promise<void>][] = [];
  componentContract({
    name: 'subject',
    create,
    promptlyMs: 100,
    test: { describe: (_title, define) => define(), it: (...test) => void tests.push(test) },
  });
  const broken: string[] = [];
  for (const [title, run] of tests) await run().catch(() => broken.push(title));
  return broken;
}

const never = (): Promise<void> => new Promise(() => {});

componentContract({
  name: 'a component that keeps the contract',
  create: createSubject,
  test: { describe, it },
});
componentContract({
  name: 'a component without any hook',
  create: () => ({ component: { name: 'nothing' } }),
  test: { describe, it },
});

describe('the contract of components is broken by one', () => {
  it.each<[string, (office: Office) => Partial<Component>, readonly string[]]>([
    [
      'whose name changes',
      (office) => ({
        get name() {
          return `office ${office.open++}`;
        },
        pending: () => 0,
      }),
      ['has a name that does not change'],
    ],
    [
      'that can only be stopped when it was started',
      () => {
        let isStarted = false;
        return {
          start: () => {
            isStarted = true;
          },
          release: () => {
            if (!isStarted) throw new Error('not started');
          },
        };
      },
      ['can be stopped without having been started'],
    ],
    [
      'that needs phases which last-ditch has not',
      () => {
        let isDrained = false;
        return {
          drain: () => {
            isDrained = true;
          },
          release: () => (isDrained ? undefined : never()),
        };
      },
      ['can be stopped in the phases of last-ditch alone'],
    ],
    [
      'that does not wait for its work',
      () => ({ drain: () => undefined }),
      ['drains until the work in flight has ended, and no longer'],
    ],
    [
      'that waits for ever',
      (office) => ({ drain: () => (office.open === 0 ? undefined : never()) }),
      [
        'drains until the work in flight has ended, and no longer',
        'ends its drain promptly when that is aborted, and says what it cut',
      ],
    ],
    [
      'that does not say what it cut',
      () => ({ refuse: () => undefined }),
      ['says what it cut when all work is cut and no drain runs'],
    ],
    [
      'that does not count its work',
      () => ({ pending: () => 0 }),
      ['drains until the work in flight has ended, and no longer'],
    ],
  ])('%s', async (_what, hooks, rules) => {
    const broken = await findBroken(() => createSubject(hooks));
    for (const rule of rules) expect(broken).toContain(rule);
  });

  it('that leaves a timer behind', async () => {
    const timers: NodeJS.Timeout[] = [];
    const broken = await findBroken(() =>
      createSubject(() => ({ start: () => void timers.push(setInterval(() => {}, 60_000)) })),
    );
    for (const timer of timers) clearInterval(timer);
    expect(broken).toEqual(['leaves nothing open behind']);
  });

  it('that leaves a server listening', async () => {
    const servers: Server[] = [];
    const broken = await findBroken(() =>
      createSubject(() => ({ start: () => void servers.push(createServer().listen(0, '127.0.0.1')) })),
    );
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    expect(broken).toEqual(['leaves nothing open behind']);
  });
});
