import type { StopStep } from '../contract/coordinator.js';
import type { PartReport, PartStepReport, ShutdownReport } from '../contract/report.js';
import { roundMs } from '../report/round-ms.js';
import { createDeferred, type Deferred } from './deferred.js';
import { type MachineClock, toMachineMs } from './machine-clock.js';
import type { ToParent, ToShard, ToShardMap } from './messages.js';
import type { ShardHost } from './shard-host.js';
import { shardId } from './shard-identity.js';

/** `stopping`: it was told to stop, or does so of its own accord. */
export type ShardState = 'starting' | 'ready' | 'stopping' | 'ended';

/** Whom a shard of the parent's list tells. */
export interface ShardListener {
  /** A message that concerns more than the shard itself. */
  message(shard: Shard, message: ToParent): void;
  ended(shard: Shard): void;
}

/** How long the thread or process of a shard that was ended has to end, in milliseconds. */
const endsWithinMs = 1_000;
const leastToEndMs = 50;

/** How a step went; `lost` when the shard was gone before it was over. */
export type StepOutcome = PartStepReport['outcome'];

/** One shard, as its parent has it. */
export class Shard {
  readonly index: number;
  readonly generation: number;
  readonly id: string;
  readonly name: string;
  readonly host: ShardHost;
  /** Resolves when it is ready, or has ended first. */
  readonly ready: Promise<void>;
  readonly ended: Promise<void>;
  /** What is wrong with it, in words; each names the step. */
  readonly problems: string[] = [];
  readonly #clock: MachineClock;
  readonly #listener: ShardListener;
  readonly #steps: PartStepReport[] = [];
  readonly #acknowledged = new Map<StopStep, Deferred<StepOutcome>>();
  readonly #answered = new Set<StopStep>();
  readonly #ready = createDeferred<void>();
  readonly #ended = createDeferred<void>();
  #state: ShardState = 'starting';
  /** What it was told before it listened: a cluster worker would not hear it. Undefined once it does. */
  #outbox: ToShard[] | undefined = [];
  #wasReady = false;
  #step: StopStep | undefined;
  #how: string | undefined;
  #report: ShutdownReport | undefined;

  constructor(
    place: { readonly group: string; readonly index: number; readonly generation: number },
    host: ShardHost,
    clock: MachineClock,
    listener: ShardListener,
  ) {
    this.index = place.index;
    this.generation = place.generation;
    this.id = shardId(place.index, place.generation);
    this.name = `${place.group}/${place.index}`;
    this.host = host;
    this.#clock = clock;
    this.#listener = listener;
    this.ready = this.#ready.promise;
    this.ended = this.#ended.promise;
    host.onMessage((message) => {
      this.#hear(message);
      listener.message(this, message);
    });
    host.onEnd((how) => this.#end(how));
  }

  get state(): ShardState {
    return this.#state;
  }

  /** Whether it was ready once. */
  get wasReady(): boolean {
    return this.#wasReady;
  }

  /** What it said of its own stop. */
  get report(): ShutdownReport | undefined {
    return this.#report;
  }

  /** How it ended, in words; undefined while it runs. */
  get how(): string | undefined {
    return this.#how;
  }

  /** How it ended, with what it said itself. */
  describeEnd(): string {
    const report = this.#report;
    if (report === undefined) return this.#how ?? 'has not ended';
    const error = report.error === undefined ? '' : `, ${report.error.name}: ${report.error.message}`;
    return `stopped by itself (${report.reason}${error})`;
  }

  send<Type extends keyof ToShardMap>(type: Type, detail: ToShardMap[Type]): void {
    if (this.#state === 'ended') return;
    const message = { type, ...detail } as ToShard;
    if (this.#outbox === undefined) this.host.send(message);
    else this.#outbox.push(message);
  }

  /** Tells it to stop by `deadlineMs` of the clock, or to climb. */
  stop(
    order: { readonly mode: ToShardMap['stop']['mode']; readonly reason: string },
    deadlineMs: number,
  ): void {
    if (this.#state !== 'ended') this.#state = 'stopping';
    this.send('stop', { ...order, deadlineMs: toMachineMs(this.#clock, deadlineMs) });
  }

  /** Permits a step up to `endMs` of the clock, and resolves when it is over or the shard is gone. */
  async begin(step: StopStep, endMs: number): Promise<StepOutcome> {
    const begunMs = this.#clock.now();
    this.#step = step;
    this.send('begin', { step, endMs: toMachineMs(this.#clock, endMs) });
    const outcome = await this.#acknowledgementOf(step).promise;
    if (outcome !== 'skipped' && !this.#steps.some((each) => each.step === step)) {
      this.#steps.push({ step, durationMs: roundMs(this.#clock.now() - begunMs), outcome });
    }
    return outcome;
  }

  /** Whether it has acknowledged a step itself. */
  hasAnswered(step: StopStep): boolean {
    return this.#answered.has(step);
  }

  /** It did not acknowledge a step in time, and is not waited for any more. */
  late(step: StopStep): void {
    this.#acknowledgementOf(step).resolve('late');
  }

  /**
   * Ends it whatever it does. One that does not end even so counts as ended after `withinMs` at the latest: a thread waits for
   * what it has asked the system for, which may be a file on a server that is gone.
   */
  kill(withinMs: number = endsWithinMs): void {
    if (this.#state === 'ended') return;
    this.host.kill();
    const timer = this.#clock.setTimer(
      () => {
        this.problems.push('does not end even so: it is stuck');
        this.#end('was ended, and is stuck');
      },
      Math.max(leastToEndMs, Math.min(withinMs, endsWithinMs)),
    );
    void this.ended.then(() => timer.cancel());
  }

  /** How its stop went. */
  toPart(): PartReport {
    const report = this.#report;
    return {
      name: this.name,
      outcome: report?.outcome ?? 'lost',
      steps: [...this.#steps],
      problems: [...this.problems],
      ...(report === undefined ? {} : { report }),
    };
  }

  #hear(message: ToParent): void {
    if (message.type === 'joined') this.#empty();
    if (message.type === 'ready') {
      this.#wasReady = true;
      if (this.#state === 'starting') this.#state = 'ready';
      this.#ready.resolve();
    }
    if (message.type === 'stopping') this.#state = 'stopping';
    if (message.type === 'done') {
      this.#answered.add(message.step);
      this.#acknowledgementOf(message.step).resolve(message.outcome);
    }
    if (message.type === 'report') this.#report = message.report;
  }

  #empty(): void {
    const outbox = this.#outbox ?? [];
    this.#outbox = undefined;
    for (const message of outbox) this.host.send(message);
  }

  #end(how: string): void {
    if (this.#state === 'ended') return;
    const during = this.#state === 'stopping' && this.#step !== undefined ? ` in ${this.#step}` : '';
    this.#how = `${how}${during}`;
    this.#state = 'ended';
    this.#ready.resolve();
    this.#ended.resolve();
    for (const acknowledged of this.#acknowledged.values()) acknowledged.resolve('lost');
    this.#listener.ended(this);
  }

  #acknowledgementOf(step: StopStep): Deferred<StepOutcome> {
    const known = this.#acknowledged.get(step) ?? createDeferred<StepOutcome>();
    this.#acknowledged.set(step, known);
    if (this.#state === 'ended') known.resolve('lost');
    return known;
  }
}
