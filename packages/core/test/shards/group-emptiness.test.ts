import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupEmptiness } from '../../src/shards/group-emptiness.js';
import type { ShardWork } from '../../src/shards/messages.js';

/** One shard of a small world in which work and messages wander; what it says is what a real link says. */
class Member {
  readonly name: string;
  open = 0;
  entered = 0;
  readonly sent: Record<string, number> = {};
  readonly received: Record<string, number> = {};
  constructor(name: string) {
    this.name = name;
  }
  toWork(): ShardWork {
    return { open: this.open, entered: this.entered, sent: { ...this.sent }, received: { ...this.received } };
  }
}

/** Runs a world by random choices: work ends, is handed over, arrives; messages of the protocol are late as they like. */
function runWorld(choices: readonly number[], work: readonly number[]): readonly string[] {
  const members = work.map((open, index) => Object.assign(new Member(`${index}.1`), { open, entered: open }));
  const inFlight: { readonly from: Member; readonly to: Member }[] = [];
  const toParent: (() => void)[] = [];
  const toShard: (() => void)[] = [];
  const isEmpty = (): boolean => inFlight.length === 0 && members.every(({ open }) => open === 0);
  const found: ('in time' | 'too early')[] = [];
  const emptiness = new GroupEmptiness(
    members.map(({ name }) => name),
    {
      probe(name, wave) {
        const member = members.find((each) => each.name === name);
        if (member === undefined) return;
        toShard.push(() => {
          const pictured = member.open === 0 ? member.toWork() : undefined;
          toParent.push(() => emptiness.census(name, wave, pictured));
        });
      },
      empty() {
        found.push(isEmpty() ? 'in time' : 'too early');
      },
    },
  );
  const say = (member: Member): void => {
    if (member.open > 0) return;
    const pictured = member.toWork();
    toParent.push(() => emptiness.idle(member.name, pictured));
  };
  members.forEach(say);
  const leave = (member: Member): void => {
    member.open -= 1;
    say(member);
  };
  const handOver = (from: Member, to: Member): void => {
    from.sent[to.name] = (from.sent[to.name] ?? 0) + 1;
    inFlight.push({ from, to });
    leave(from);
  };
  const arrive = (): void => {
    const message = inFlight.shift();
    if (message === undefined) return;
    const { from, to } = message;
    to.open += 1;
    to.entered += 1;
    to.received[from.name] = (to.received[from.name] ?? 0) + 1;
  };
  let handOvers = 0;
  const act = (choice: number): void => {
    const busy = members.filter(({ open }) => open > 0);
    const one = busy[choice % Math.max(1, busy.length)];
    const other = members[choice % members.length];
    const action = choice % 5;
    if (action === 0 && one !== undefined) leave(one);
    else if (action === 1 && one !== undefined && other !== undefined && handOvers < 20) {
      handOvers += 1;
      handOver(one, other);
    } else if (action === 2) arrive();
    else if (action === 3) toShard.shift()?.();
    else toParent.shift()?.();
  };
  choices.forEach(act);
  for (let turn = 0; turn < 2_000 && found.length === 0; turn += 1) {
    arrive();
    toShard.shift()?.();
    toParent.shift()?.();
    const busy = members.find(({ open }) => open > 0);
    if (busy !== undefined) leave(busy);
  }
  return found;
}

describe('finding the moment in which a group is empty', () => {
  it('never finds it too early, and always finds it, however messages and work overtake each other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000), { maxLength: 120 }),
        fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
        (choices, work) => {
          expect(runWorld(choices, work)).toEqual(['in time']);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not wait for a member that is gone, nor for what was on its way to or from it', () => {
    let found = 0;
    const probes: [string, number][] = [];
    const emptiness = new GroupEmptiness(['0.1', '1.1'], {
      probe: (name, wave) => probes.push([name, wave]),
      empty: () => (found += 1),
    });
    const work = { open: 0, entered: 3, sent: { '1.1': 2 }, received: {} };
    emptiness.idle('0.1', work);
    expect(emptiness.busy).toEqual(['1.1']);
    emptiness.lost('1.1');
    expect(probes).toEqual([['0.1', 1]]);
    emptiness.census('0.1', 1, work);
    expect(found).toBe(1);
  });
});
