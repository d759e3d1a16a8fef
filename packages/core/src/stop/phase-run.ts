import type { Clock, Timer } from '../clock.js';
import type { ComponentNode } from '../lifecycle/component-node.js';
import type { PhaseOutcome } from '../report/report.js';
import type { HookResult, HookRun } from './hook-run.js';
import type { StopMode } from './modes.js';
import type { Phase, PhaseRule } from './phases.js';
import { type HookOrder, hasHook, resolveTurns } from './turns.js';

/** What a phase needs from the stop it belongs to. */
export interface PhasePorts {
  readonly clock: Clock;
  /** Calls a node's hook of a phase; `limitMs` undefined means up to the end of this one. */
  callHook(
    node: ComponentNode,
    phase: Phase,
    limitMs: number | undefined,
    settled: (result: HookResult) => void,
  ): HookRun;
  /** Tells that a node's hook was never called, because the phase ended first. */
  neverCalled(node: ComponentNode, by: 'late' | StopMode): void;
}

/** One phase while it runs. */
export interface PhaseRun {
  /** Resolves once, when all hooks have settled, or the phase was late or cut. */
  readonly ended: Promise<PhaseOutcome>;
  /** The instant by which it is over, in milliseconds of the clock. */
  readonly endMs: number;
  readonly isOver: boolean;
  /** Calls the first hooks. */
  start(): void;
  /** Calls a hook of a component that came too late for the order, at once; resolves when it has settled. */
  join(node: ComponentNode, phase: Phase): Promise<void>;
  /** The phase waits for this too. */
  waitFor(promise: Promise<unknown>): void;
  /** Called when everything else has settled; the phase waits for what it gives back. */
  waitLastFor(begin: () => Promise<unknown>): void;
  /** Ends the phase now; what has not settled is aborted. */
  end(by: 'late' | StopMode): void;
  /** The phase is over at `endMs` of the clock if nothing ends it before. */
  bringForward(endMs: number): void;
}

/**
 * Runs the hooks of one phase: each as soon as all that depend on it have settled and its tier has its turn.
 *
 * ```
 *   turn 0  ┌ dependents ─▶ dependencies ┐  turn 1 ┌ …        a hook that others wait for has half of what is
 *           └ independent branches ──────┘         └ …        left; then they go on without it, and it is late
 * ```
 */
export function createPhaseRun(
  nodes: readonly ComponentNode[],
  rule: PhaseRule,
  endMs: number,
  ports: PhasePorts,
): PhaseRun {
  return new RunningPhase(nodes, rule, endMs, ports);
}

class RunningPhase implements PhaseRun {
  readonly ended: Promise<PhaseOutcome>;
  readonly #rule: PhaseRule;
  readonly #ports: PhasePorts;
  readonly #orders: ReadonlyMap<ComponentNode, HookOrder>;
  /** How many dependents have not settled, by node. */
  readonly #waitingFor = new Map<ComponentNode, number>();
  readonly #notCalled: Set<ComponentNode>;
  readonly #running = new Set<HookRun>();
  /** How many nodes of each turn have not settled. */
  readonly #leftInTurn: number[];
  #turn = 0;
  #turnTimer: Timer | undefined;
  #endTimer: Timer;
  #endMs: number;
  /** What the phase still waits for: its nodes, and the promises given to `waitFor`. */
  #left: number;
  #last: (() => Promise<unknown>) | undefined;
  #failed = false;
  #over = false;
  readonly #ready: ComponentNode[] = [];
  #pumping = false;
  #resolve!: (outcome: PhaseOutcome) => void;

  constructor(nodes: readonly ComponentNode[], rule: PhaseRule, endMs: number, ports: PhasePorts) {
    this.#rule = rule;
    this.#ports = ports;
    this.#endMs = endMs;
    this.#orders = resolveTurns(nodes, rule);
    this.#notCalled = new Set(nodes);
    this.#left = nodes.length;
    this.#leftInTurn = rule.turns.map(() => 0);
    for (const [node, { turn }] of this.#orders) {
      this.#leftInTurn[turn] = (this.#leftInTurn[turn] ?? 0) + 1;
      const dependents =
        rule.order === 'all-at-once' ? [] : node.dependents.filter((each) => this.#orders.has(each));
      this.#waitingFor.set(node, dependents.length);
    }
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#endTimer = ports.clock.setTimer(() => this.end('late'), endMs - ports.clock.now());
  }

  get endMs(): number {
    return this.#endMs;
  }

  get isOver(): boolean {
    return this.#over;
  }

  start(): void {
    this.#armTurnTimer();
    this.#pump(this.#notCalled);
  }

  join(node: ComponentNode, phase: Phase): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      this.#left += 1;
      this.#call(node, phase, node.budgetMs, () => {
        this.#left -= 1;
        resolve();
        this.#advance();
      });
    });
  }

  waitFor(promise: Promise<unknown>): void {
    if (this.#over) return;
    this.#left += 1;
    const settled = (): void => {
      this.#left -= 1;
      this.#advance();
    };
    promise.then(settled, settled);
  }

  end(by: 'late' | StopMode): void {
    if (this.#over) return;
    this.#finish(by === 'late' ? 'late' : 'cut');
    for (const run of this.#running) run.abort(by);
    for (const node of this.#notCalled) {
      if (hasHook(node, this.#rule.name)) this.#ports.neverCalled(node, by);
    }
  }

  waitLastFor(begin: () => Promise<unknown>): void {
    this.#last = begin;
  }

  bringForward(endMs: number): void {
    if (this.#over || endMs >= this.#endMs) return;
    this.#endMs = endMs;
    this.#endTimer.cancel();
    this.#endTimer = this.#ports.clock.setTimer(() => this.end('late'), endMs - this.#ports.clock.now());
  }

  /** Calls every hook that waits for nothing any more, and those that then wait for nothing. */
  #pump(candidates: Iterable<ComponentNode>): void {
    this.#ready.push(...candidates);
    if (this.#pumping) return; // a hook that settles inside its own call comes back here
    this.#pumping = true;
    for (let node = this.#ready.pop(); node !== undefined && !this.#over; node = this.#ready.pop()) {
      if (!this.#isReady(node)) continue;
      this.#notCalled.delete(node);
      if (hasHook(node, this.#rule.name)) this.#callOrdered(node);
      else this.#settle(node);
    }
    this.#pumping = false;
    this.#advance();
  }

  #isReady(node: ComponentNode): boolean {
    const order = this.#orders.get(node);
    if (order === undefined || !this.#notCalled.has(node)) return false;
    if ((this.#waitingFor.get(node) ?? 0) > 0) return false;
    return order.turn <= this.#turn || !hasHook(node, this.#rule.name);
  }

  #callOrdered(node: ComponentNode): void {
    const awaited = this.#orders.get(node)?.awaited === true && this.#rule.order === 'dependents-first';
    const share = this.#rule.shareWhileAwaited;
    const limitMs = awaited && share < 1 ? this.#leftMs() * share : undefined;
    this.#call(node, this.#rule.name, smaller(limitMs, node.budgetMs), () => this.#settle(node));
  }

  #call(node: ComponentNode, phase: Phase, limitMs: number | undefined, settled: () => void): void {
    let run: HookRun | undefined;
    let over = false;
    run = this.#ports.callHook(node, phase, limitMs, ({ outcome }) => {
      over = true;
      if (run !== undefined) this.#running.delete(run);
      if (outcome !== 'done') this.#failed = true;
      if (!this.#over) settled();
    });
    if (!over) this.#running.add(run);
  }

  /** Takes a settled node off everybody's list and calls what waited for it. */
  #settle(node: ComponentNode): void {
    this.#left -= 1;
    const turn = this.#orders.get(node)?.turn ?? 0;
    this.#leftInTurn[turn] = (this.#leftInTurn[turn] ?? 0) - 1;
    if (this.#rule.order === 'all-at-once') return this.#pump([]);
    for (const dependency of node.dependencies) {
      const waitingFor = this.#waitingFor.get(dependency);
      if (waitingFor !== undefined) this.#waitingFor.set(dependency, waitingFor - 1);
    }
    this.#pump(node.dependencies);
  }

  /** Goes on to the next turn when this one is empty, and ends the phase when nothing is left. */
  #advance(): void {
    if (this.#over || this.#pumping) return;
    if (this.#left === 0 && this.#last !== undefined) {
      const last = this.#last;
      this.#last = undefined;
      this.waitFor(last());
    } else if (this.#left === 0) this.#finish(this.#failed ? 'failed' : 'done');
    else if (!this.#isLastTurn() && this.#leftUpToTurn() === 0) this.#nextTurn();
  }

  #finish(outcome: PhaseOutcome): void {
    this.#over = true;
    this.#endTimer.cancel();
    this.#turnTimer?.cancel();
    this.#resolve(outcome);
  }

  #nextTurn(): void {
    if (this.#over || this.#isLastTurn()) return;
    this.#turn += 1;
    this.#armTurnTimer();
    this.#pump(this.#notCalled);
  }

  #armTurnTimer(): void {
    this.#turnTimer?.cancel();
    this.#turnTimer = undefined;
    if (this.#isLastTurn() || this.#rule.shareWhileAwaited === 1) return;
    const delayMs = this.#leftMs() * this.#rule.shareWhileAwaited;
    this.#turnTimer = this.#ports.clock.setTimer(() => this.#nextTurn(), delayMs);
  }

  #isLastTurn(): boolean {
    return this.#turn >= this.#rule.turns.length - 1;
  }

  #leftUpToTurn(): number {
    return this.#leftInTurn.slice(0, this.#turn + 1).reduce((total, left) => total + left, 0);
  }

  #leftMs(): number {
    return Math.max(0, this.#endMs - this.#ports.clock.now());
  }
}

function smaller(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
