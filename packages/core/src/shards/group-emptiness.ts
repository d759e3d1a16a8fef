import type { ShardWork } from './messages.js';

/** Whom the detection talks to. */
export interface EmptinessPorts {
  /** Asks a member for a census. */
  probe(member: string, wave: number): void;
  /** The group is empty, and stays so. Called once. */
  empty(): void;
}

interface Member {
  /** What it had when it last said that it was drained; undefined while it is not. */
  work: ShardWork | undefined;
  /** Whether it has answered the wave that runs. */
  hasAnswered: boolean;
}

/**
 * Finds the moment in which a group is empty: not when each member was once empty, since one that is may be handed
 * work by one that is not.
 *
 * When all have said that they are empty, they are asked once more. If nobody has done anything in between (no work
 * token taken, no message handed over), all were empty at the instant of the question; and if each message handed
 * over has also been taken over, nothing was on its way. This is Mattern's four-counter method (Distributed
 * Computing 2, 1987), with counts for each pair so that a member that is gone can be left out.
 *
 * A wave is started by news only, so there is no polling.
 */
export class GroupEmptiness {
  readonly #members = new Map<string, Member>();
  readonly #ports: EmptinessPorts;
  #wave = 0;
  #isWaveRunning = false;
  #hasChanged = false;
  #isOver = false;

  constructor(members: Iterable<string>, ports: EmptinessPorts) {
    for (const member of members) this.#members.set(member, { work: undefined, hasAnswered: false });
    this.#ports = ports;
  }

  /** The members that were not drained when they were last heard of. */
  get busy(): readonly string[] {
    return [...this.#members].filter(([, { work }]) => work === undefined).map(([member]) => member);
  }

  /** Begins; with no members left the group is empty at once. */
  start(): void {
    this.#startWave();
  }

  /** A member said that it is drained. */
  idle(member: string, work: ShardWork): void {
    const found = this.#members.get(member);
    if (found === undefined) return;
    this.#update(found, work);
    this.#startWave();
  }

  /** A member answered a wave. */
  census(member: string, wave: number, work: ShardWork | undefined): void {
    const found = this.#members.get(member);
    if (found === undefined || wave !== this.#wave) return;
    found.hasAnswered = true;
    this.#update(found, work);
    this.#endWave();
  }

  /** A member is gone: what it had is lost, and no longer waited for. */
  lost(member: string): void {
    if (!this.#members.delete(member)) return;
    if (this.#isWaveRunning) this.#endWave();
    else this.#startWave();
  }

  #update(member: Member, work: ShardWork | undefined): void {
    const drained = work?.open === 0 ? work : undefined;
    if (!isSame(member.work, drained)) this.#hasChanged = true;
    member.work = drained;
  }

  #startWave(): void {
    if (this.#isOver || this.#isWaveRunning || this.busy.length > 0) return;
    this.#wave += 1;
    this.#isWaveRunning = true;
    this.#hasChanged = false;
    for (const member of this.#members.values()) member.hasAnswered = false;
    for (const name of this.#members.keys()) this.#ports.probe(name, this.#wave);
    this.#endWave();
  }

  #endWave(): void {
    const members = [...this.#members.values()];
    if (this.#isOver || !this.#isWaveRunning || !members.every(({ hasAnswered }) => hasAnswered)) return;
    this.#isWaveRunning = false;
    if (this.#hasChanged) return this.#startWave();
    if (!this.#isNothingOnItsWay()) return; // whoever takes it over will be heard of
    this.#isOver = true;
    this.#ports.empty();
  }

  #isNothingOnItsWay(): boolean {
    const names = [...this.#members.keys()];
    return names.every((from) =>
      names.every((to) => {
        const sent = this.#members.get(from)?.work?.sent[to] ?? 0;
        const received = this.#members.get(to)?.work?.received[from] ?? 0;
        return sent === received;
      }),
    );
  }
}

function isSame(a: ShardWork | undefined, b: ShardWork | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.entered === b.entered && isSameCount(a.sent, b.sent) && isSameCount(a.received, b.received);
}

function isSameCount(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => (a[key] ?? 0) === (b[key] ?? 0));
}
