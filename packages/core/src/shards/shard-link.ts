import type { StepPermit, StopCoordinator, StopStep, WorkMeter } from '../contract/coordinator.js';
import type { Lifecycle } from '../contract/lifecycle.js';
import type { PhaseOutcome, ShutdownReport } from '../contract/report.js';
import { ParentGoneError } from '../errors.js';
import { createDeferred } from './deferred.js';
import { fromMachineMs, type MachineClock } from './machine-clock.js';
import type { ShardWork, ToParent, ToParentMap, ToShard, ToShardMap } from './messages.js';
import type { ParentChannel } from './parent-channel.js';
import type { ShardCounts } from './shard-counts.js';
import { isBefore } from './step-order.js';

/** What a link is made of. */
export interface ShardLinkPorts {
  readonly channel: ParentChannel;
  readonly clock: MachineClock;
  readonly counts: ShardCounts;
}

type Handlers = {
  readonly [Type in ToShard['type']]: (detail: ToShardMap[Type]) => void;
};

/** The time that a stop has when the parent's deadline has passed already, in milliseconds. */
const leastTimeoutMs = 1;

/**
 * A shard's side of the group's stop: holds each step back until the parent has sent its permit, and acknowledges it.
 *
 * Without its parent, or when it stops of its own accord, a shard goes alone: nobody waits for it, so it waits for
 * nobody.
 */
export class ShardLink implements StopCoordinator {
  readonly #lifecycle: Lifecycle;
  readonly #ports: ShardLinkPorts;
  readonly #over = new Set<StopStep>();
  readonly #drainEnd = createDeferred<void>();
  #begun: { readonly step: StopStep; readonly permit: StepPermit } | undefined;
  #waiting: { readonly step: StopStep; resolve(permit: StepPermit | undefined): void } | undefined;
  /** Set once the drain hooks have settled. */
  #work: WorkMeter | undefined;
  #isTold = false;
  #isAlone = false;

  readonly #handlers: Handlers = {
    stop: (detail) => this.#stop(detail),
    begin: ({ step, endMs }) => this.#begin(step, { endMs: fromMachineMs(this.#ports.clock, endMs) }),
    alone: () => this.#goAlone(),
    probe: ({ wave }) => {
      void this.#send('census', { wave, isDrained: this.#isDrained(), work: this.#toWork() });
    },
    'end-drain': () => this.#drainEnd.resolve(),
    peer: ({ index, generation }) => this.#ports.counts.peerChanged(index, generation),
  };

  constructor(lifecycle: Lifecycle, ports: ShardLinkPorts) {
    this.#lifecycle = lifecycle;
    this.#ports = ports;
  }

  /** Begins to listen, and tells the parent when the shard is ready. */
  open(): void {
    const { channel } = this.#ports;
    const handlers = this.#handlers as Readonly<Record<string, (detail: ToShard) => void>>;
    channel.onMessage((message) => handlers[message.type]?.(message));
    channel.onGone(() => this.#parentGone());
    void this.#send('joined', {});
    this.#lifecycle.on('stop', ({ reason }) => {
      if (this.#isTold) return;
      void this.#send('stopping', { reason });
      this.#goAlone();
    });
    // A stop that climbs waits no more for what it waited for; it asks for what its new mode needs.
    this.#lifecycle.on('climb', () => {
      this.#waiting = undefined;
    });
    this.#lifecycle.ready().then(
      () => void this.#send('ready', {}),
      () => {}, // the parent hears of it in the report
    );
  }

  mayBegin(step: StopStep): Promise<StepPermit | undefined> {
    if (this.#isAlone) return Promise.resolve(undefined);
    const begun = this.#begun;
    if (begun !== undefined && !isBefore(begun.step, step)) return Promise.resolve(begun.permit);
    if (begun !== undefined) this.#passOver(begun.step);
    return new Promise((resolve) => {
      this.#waiting = { step, resolve };
    });
  }

  ended(step: StopStep, outcome: PhaseOutcome): void {
    this.#over.add(step);
    void this.#send('done', { step, outcome });
  }

  mayEndDrain(work: WorkMeter): Promise<void> {
    this.#work = work;
    work.onEmpty(() => this.#tellWhenIdle());
    this.#tellWhenIdle();
    return this.#drainEnd.promise;
  }

  /** The counts of what was exchanged have changed. */
  countsChanged(): void {
    this.#tellWhenIdle();
  }

  /** Sends the report; the shard may end when it has left. */
  async report(report: ShutdownReport): Promise<void> {
    this.#ports.channel.release();
    await this.#send('report', { report });
  }

  #send<Type extends keyof ToParentMap>(type: Type, detail: ToParentMap[Type]): Promise<void> {
    return this.#ports.channel.send({ type, ...detail } as ToParent);
  }

  #stop({ mode, reason, deadlineMs }: ToShardMap['stop']): void {
    this.#isTold = true;
    const timeoutMs = Math.max(leastTimeoutMs, deadlineMs - this.#ports.clock.machineNow());
    this.#lifecycle.shutdown({ mode, reason, timeoutMs }).catch(() => {
      // The parent's time is more than this shard's platform allows; it stops within its own.
      void this.#lifecycle.shutdown({ mode, reason });
    });
  }

  #begin(step: StopStep, permit: StepPermit): void {
    this.#begun = { step, permit };
    const waiting = this.#waiting;
    if (waiting === undefined) return; // it is not there yet, or has been
    if (isBefore(step, waiting.step)) return this.#passOver(step);
    this.#waiting = undefined;
    waiting.resolve(permit);
  }

  /** A step that was permitted, but that the mode in force has not. */
  #passOver(step: StopStep): void {
    if (!this.#over.has(step)) this.ended(step, 'skipped');
  }

  #goAlone(): void {
    this.#isAlone = true;
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
    this.#drainEnd.resolve();
  }

  #parentGone(): void {
    this.#isTold = true;
    this.#goAlone();
    const error = new ParentGoneError('the process that leads the group of shards is gone');
    void this.#lifecycle.shutdown({ mode: 'last-ditch', reason: 'parent-gone', error });
  }

  #isDrained(): boolean {
    return this.#work?.open === 0;
  }

  #tellWhenIdle(): void {
    if (this.#isDrained() && !this.#drainEnd.isSettled) void this.#send('idle', { work: this.#toWork() });
  }

  #toWork(): ShardWork {
    const { open = 0, entered = 0 } = this.#work ?? {};
    return { open, entered, ...this.#ports.counts.toRecords() };
  }
}
