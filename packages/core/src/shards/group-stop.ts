import type { StopContext } from '../contract/component.js';
import type { StopStep } from '../contract/coordinator.js';
import type { StopMode } from '../contract/modes.js';
import type { CutWork, ShutdownReport } from '../contract/report.js';
import { ShardsError } from '../errors.js';
import { roundMs } from '../report/round-ms.js';
import { GroupEmptiness } from './group-emptiness.js';
import type { MachineClock } from './machine-clock.js';
import type { ToParent } from './messages.js';
import type { Shard, StepOutcome } from './shard.js';
import { divideStepTime } from './stop-times.js';

/** The steps after which nobody may be left who has not done them: whoever is late is ended. */
const finalSteps: ReadonlySet<StopStep> = new Set<StopStep>(['persist', 'release']);
/** The outcomes of a step that need no explanation. `cut`: the stop climbed, and that is told elsewhere. */
const unremarkable: ReadonlySet<StepOutcome> = new Set<StepOutcome>(['done', 'skipped', 'cut']);

/**
 * The one stop of a group, as the parent leads it. Each hook of the group's component leads its step: it permits it
 * to all shards, and settles when all have acknowledged it, are gone, or were given up.
 *
 * ```
 *   parent   refuse ─▶ ┌ begin refuse ─▶ … ◀─ done ┐   drain ─▶ ┌ begin drain ─▶ … ◀─ idle ─ probe ─▶ … census ┐ …
 *   shard 0            │     refuse hooks          │ barrier    │     drain hooks, then what others hand over  │
 *   shard 1            └     refuse hooks          ┘            └                              ◀─ end-drain    ┘
 * ```
 *
 * A shard that is late in `announce`, `refuse` or `drain` is named, and left to catch up: it may still have something
 * to write. One that is late in `persist` or `release` is ended.
 */
export class GroupStop {
  readonly #shards: readonly Shard[];
  readonly #clock: MachineClock;
  /** Shards that stop for themselves: they were being replaced, or had begun before they were told. */
  readonly #alone = new Set<Shard>();
  /** How many of a shard's problems have been told. */
  readonly #told = new Map<Shard, number>();
  /** Shards that were ended here, which says why already. */
  readonly #givenUp = new Set<Shard>();
  readonly #needCut = new Set<Shard>();
  #emptiness: GroupEmptiness | undefined;
  #order: { readonly mode: StopMode; readonly deadlineMs: number } | undefined;
  #isReported = false;

  constructor(shards: readonly Shard[], clock: MachineClock) {
    this.#shards = shards;
    this.#clock = clock;
    for (const shard of shards) if (shard.state === 'stopping') this.#alone.add(shard);
  }

  /** Leads one phase. Rejects with a `ShardsError` that names the shards that did not do what they were to. */
  async lead(step: Exclude<StopStep, 'cut'>, stop: StopContext): Promise<void> {
    this.#tell(stop);
    if (step === 'drain') this.#watchEmptiness();
    if (step === 'persist') await this.#run('cut', this.#whoMustCut(stop.mode), stop);
    await this.#run(step, this.#live(), stop);
    if (step === 'release') this.#report(stop);
    this.#throwProblems();
  }

  /** What a shard said while the stop runs. */
  hear(shard: Shard, message: ToParent): void {
    if (message.type === 'idle') this.#emptiness?.idle(shard.id, message.work);
    if (message.type === 'census') {
      const work = message.isDrained ? message.work : undefined;
      this.#emptiness?.census(shard.id, message.wave, work);
    }
    if (message.type === 'stopping') {
      this.#alone.add(shard);
      this.#emptiness?.lost(shard.id);
    }
  }

  /** A shard has ended while the stop runs. */
  ended(shard: Shard): void {
    if (shard.report === undefined && !this.#givenUp.has(shard)) shard.problems.push(`${shard.how}`);
    this.#emptiness?.lost(shard.id);
  }

  /** The last chance for those that are left: they have no time, and are not waited for. */
  force(reason: string): void {
    for (const shard of this.#live()) shard.stop({ mode: 'force', reason }, this.#clock.now());
  }

  /** The end of a stop that never came to `release`, or of one whose shards outlived it. */
  async finish(stop: StopContext): Promise<void> {
    const timer = this.#clock.setTimer(() => {
      for (const shard of this.#live()) this.#giveUp(shard, 'release', stop);
    }, stop.deadline.remainingMs() / 2);
    await Promise.race([Promise.all(this.#live().map(({ ended }) => ended)), aborted(stop.signal)]);
    timer.cancel();
    this.#report(stop);
  }

  #live(): readonly Shard[] {
    return this.#shards.filter(({ state }) => state !== 'ended');
  }

  /** Tells all shards to stop, or that the mode or the deadline has changed. */
  #tell({ mode, reason, stopDeadline: { atMs: deadlineMs } }: StopContext): void {
    if (this.#order?.mode === mode && this.#order.deadlineMs === deadlineMs) return;
    this.#order = { mode, deadlineMs };
    for (const shard of this.#live()) shard.stop({ mode, reason }, deadlineMs);
  }

  #watchEmptiness(): void {
    const members = this.#live().filter((shard) => !this.#alone.has(shard));
    const byId = new Map(members.map((shard) => [shard.id, shard]));
    this.#emptiness = new GroupEmptiness(byId.keys(), {
      probe: (id, wave) => byId.get(id)?.send('probe', { wave }),
      empty: () => {
        for (const shard of members) shard.send('end-drain', {});
      },
    });
  }

  /** A shard whose own drain did not come to its end has climbed, and cuts its work before it persists. */
  #whoMustCut(mode: StopMode): readonly Shard[] {
    return mode === 'last-ditch' ? this.#live() : this.#live().filter((shard) => this.#needCut.has(shard));
  }

  async #run(step: StopStep, shards: readonly Shard[], stop: StopContext): Promise<void> {
    if (shards.length === 0) return;
    const { permitMs, giveUpMs } = divideStepTime(step, stop.deadline.remainingMs());
    const begunMs = this.#clock.now();
    const missing = new Set(shards);
    const giveUp = (): void => {
      for (const shard of missing) this.#giveUp(shard, step, stop);
    };
    const timer = this.#clock.setTimer(giveUp, giveUpMs);
    const runs = shards.map(async (shard) => {
      const outcome = await shard.begin(step, begunMs + permitMs);
      this.#judge(shard, step, outcome);
      const isLast =
        step === 'release' || (outcome === 'late' && finalSteps.has(step) && !shard.hasAnswered(step));
      if (isLast) await shard.ended;
      missing.delete(shard);
      stop.partStep(shard.name, { step, outcome, durationMs: roundMs(this.#clock.now() - begunMs) });
      stop.progress({ message: `${step}: waiting for ${missing.size} shards`, remaining: missing.size });
    });
    await Promise.race([Promise.all(runs), aborted(stop.signal)]);
    timer.cancel();
    if (stop.signal.aborted && finalSteps.has(step)) giveUp();
  }

  #giveUp(shard: Shard, step: StopStep, stop: StopContext): void {
    if (this.#givenUp.has(shard)) return;
    const isEnded = finalSteps.has(step);
    if (!shard.hasAnswered(step)) {
      shard.problems.push(`had not answered in ${step}${isEnded ? ', and was ended' : ''}`);
    } else if (isEnded) shard.problems.push(`had not ended after ${step}, and was ended`);
    shard.late(step);
    if (!isEnded) return;
    this.#givenUp.add(shard);
    // The hook is to be over before the deadline.
    shard.kill(stop.deadline.remainingMs() / 2);
  }

  #judge(shard: Shard, step: StopStep, outcome: StepOutcome): void {
    if (step === 'drain' && outcome !== 'done') this.#needCut.add(shard);
    if (unremarkable.has(outcome) || outcome === 'lost' || !shard.hasAnswered(step)) return; // told where it happened
    // Who was empty, and only waited for the others, is not to blame.
    const isToBlame = step !== 'drain' || (this.#emptiness?.busy.includes(shard.id) ?? true);
    if (isToBlame) shard.problems.push(`${outcome} in ${step}`);
  }

  /** Puts the shards' own stops into the report. */
  #report(stop: StopContext): void {
    if (this.#isReported) return;
    this.#isReported = true;
    for (const shard of this.#shards) {
      const { report, problems } = shard;
      if (report !== undefined) stop.account({ completed: report.work.completed, cut: toCutWork(report) });
      if (report !== undefined && report.outcome !== 'clean' && problems.length === 0) {
        problems.push(
          `stopped ${report.outcome}${report.error === undefined ? '' : `: ${report.error.message}`}`,
        );
      }
      stop.part(shard.toPart());
    }
  }

  #throwProblems(): void {
    const found = this.#shards.map((shard) => {
      const news = shard.problems.slice(this.#told.get(shard) ?? 0);
      this.#told.set(shard, shard.problems.length);
      return { name: shard.name, news };
    });
    const named = found.filter(({ news }) => news.length > 0);
    if (named.length === 0) return;
    const message = named.map(({ name, news }) => `"${name}" ${news.join(', ')}`).join('; ');
    throw new ShardsError(
      named.map(({ name }) => name),
      message,
    );
  }
}

/** What a shard had to cut, one by one; a report names the first hundred. */
function toCutWork({ work }: ShutdownReport): readonly CutWork[] {
  const unnamed = Math.max(0, work.cut - work.cutWork.length);
  return [...work.cutWork, ...Array.from({ length: unnamed }, () => ({ name: 'not named', ageMs: 0 }))];
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
