import type { ComponentNode } from '../components/component-node.js';
import type { StopMode } from '../contract/modes.js';
import type { Phase, PhaseRule } from '../contract/phases.js';
import type { PhaseOutcome } from '../contract/report.js';
import type { Clock, Timer } from '../ports/clock.js';
import { createHookOrder, type HookOrder, hasHook } from './hook-order.js';
import type { HookOwner, HookResult, HookRun } from './hook-run.js';

/** What a phase needs from the stop it belongs to. */
export interface PhasePorts {
  readonly clock: Clock;
  /** Prepares the call of a node's hook; `limitMs` undefined means up to the end of the phase. */
  createHookRun(node: ComponentNode, phase: Phase, limitMs: number | undefined, owner: HookOwner): HookRun;
  /** Its time is over. */
  timeIsOver(phase: PhaseRun): void;
  /** Tells how a hook ended. */
  hookEnded(node: ComponentNode, phase: Phase, result: HookResult): void;
  /** Tells that a node's hook was never called, because the phase ended first. */
  neverCalled(node: ComponentNode, by: 'late' | StopMode): void;
}

/**
 * One phase of a stop: calls each hook as soon as all that depend on it have settled and its tier has its turn.
 *
 * ```
 *   turn 0  ┌ dependents ─▶ dependencies ┐  turn 1 ┌ …        a hook that others wait for has half of what is
 *           └ independent branches ──────┘         └ …        left; then they go on without it, and it is late
 * ```
 */
export class PhaseRun implements HookOwner {
  /** Resolves once, when all hooks have settled, or the phase was late or cut. */
  readonly ended: Promise<PhaseOutcome>;
  readonly #rule: PhaseRule;
  readonly #ports: PhasePorts;
  readonly #order: HookOrder;
  readonly #nodes: readonly ComponentNode[];
  /** By index of the node: 1 until its turn has come. Thousands of nodes are asked for in one turn of the loop. */
  readonly #isWaiting: Uint8Array;
  readonly #running = new Set<HookRun>();
  /** Hooks called out of order, and who waits for them. */
  readonly #joined = new Map<HookRun, () => void>();
  /** Nodes whose turn may have come. */
  readonly #candidates: ComponentNode[] = [];
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
  #endedBy: 'late' | StopMode | undefined;
  #over = false;
  #pumping = false;
  #resolve!: (outcome: PhaseOutcome) => void;

  constructor(nodes: readonly ComponentNode[], rule: PhaseRule, endMs: number, ports: PhasePorts) {
    this.#rule = rule;
    this.#ports = ports;
    this.#endMs = endMs;
    this.#order = createHookOrder(nodes, rule);
    this.#nodes = nodes;
    this.#isWaiting = new Uint8Array((nodes.at(-1)?.index ?? -1) + 1);
    for (const { index } of nodes) this.#isWaiting[index] = 1;
    this.#left = nodes.length;
    this.#leftInTurn = rule.turns.map(() => 0);
    for (const node of nodes) this.#countInTurn(node, 1);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#endTimer = this.#armEndTimer();
  }

  /** The instant by which it is over, in milliseconds of the clock. */
  get endMs(): number {
    return this.#endMs;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Calls the first hooks. */
  start(): void {
    this.#armTurnTimer();
    this.#pump(this.#nodes);
  }

  /** Calls a hook of a component that came too late for the order, at once; resolves when it has settled. */
  join(node: ComponentNode, phase: Phase): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((resolve) => {
      const run = this.#ports.createHookRun(node, phase, node.budgetMs, this);
      this.#left += 1;
      this.#joined.set(run, resolve);
      this.#call(run);
    });
  }

  /** The phase waits for this too. */
  waitFor(promise: Promise<unknown>): void {
    if (this.#over) return;
    this.#left += 1;
    const settled = (): void => {
      this.#left -= 1;
      this.#advance();
    };
    promise.then(settled, settled);
  }

  /** Called when everything else has settled; the phase waits for what it gives back. */
  waitLastFor(begin: () => Promise<unknown>): void {
    this.#last = begin;
  }

  /** Ends the phase now; what has not settled is aborted. */
  end(by: 'late' | StopMode): void {
    if (this.#over) return;
    this.#endedBy = by;
    this.#finish(by === 'late' ? 'late' : 'cut');
    for (const run of this.#running) run.abort(by);
    for (const node of this.#nodes) {
      if (this.#isWaiting[node.index] === 1 && hasHook(node, this.#rule.name))
        this.#ports.neverCalled(node, by);
    }
  }

  /** The phase is over at `endMs` of the clock, if that is earlier than it was. */
  bringForward(endMs: number): void {
    if (this.#over || endMs >= this.#endMs) return;
    this.#endMs = endMs;
    this.#endTimer.cancel();
    this.#endTimer = this.#armEndTimer();
  }

  /** Called by a hook run, exactly once. */
  settled(run: HookRun, result: HookResult): void {
    const { node, phase } = run.task;
    this.#running.delete(run);
    this.#ports.hookEnded(node, phase, result);
    if (result.outcome !== 'done') this.#failed = true;
    const joined = this.#joined.get(run);
    if (joined === undefined) {
      if (!this.#over) this.#settle(node);
      return;
    }
    this.#joined.delete(run);
    this.#left -= 1;
    joined();
    this.#advance();
  }

  /** Calls every hook that waits for nothing any more, and those that then wait for nothing. */
  #pump(candidates: readonly ComponentNode[]): void {
    candidates.forEach((candidate) => {
      if (this.#isReady(candidate)) this.#candidates.push(candidate);
    });
    if (this.#pumping) return; // a hook that settles inside its own call comes back here
    this.#pumping = true;
    for (
      let node = this.#candidates.pop();
      node !== undefined && !this.#over;
      node = this.#candidates.pop()
    ) {
      if (this.#isWaiting[node.index] !== 1) continue;
      this.#isWaiting[node.index] = 0;
      if (hasHook(node, this.#rule.name)) this.#callInOrder(node);
      else this.#settle(node);
    }
    this.#pumping = false;
    this.#advance();
  }

  #isReady(node: ComponentNode): boolean {
    if (this.#isWaiting[node.index] !== 1 || this.#order.waitsFor(node) > 0) return false;
    return this.#order.turnOf(node) <= this.#turn || !hasHook(node, this.#rule.name);
  }

  #callInOrder(node: ComponentNode): void {
    const share = this.#rule.shareWhileAwaited;
    const limitMs = share < 1 && this.#order.isAwaited(node) ? this.#leftMs() * share : undefined;
    this.#call(this.#ports.createHookRun(node, this.#rule.name, smaller(limitMs, node.budgetMs), this));
  }

  #call(run: HookRun): void {
    run.start();
    if (run.isOver) return; // as most are: what did not have to wait need not be kept
    this.#running.add(run);
    if (this.#endedBy !== undefined) run.abort(this.#endedBy); // the phase was cut from inside the call
  }

  /** Takes a settled node off everybody's list and calls what waited for it. */
  #settle(node: ComponentNode): void {
    this.#left -= 1;
    this.#countInTurn(node, -1);
    this.#order.settled(node);
    this.#pump(node.dependencies);
  }

  /** Goes on to the next turn when this one is empty, and ends the phase when nothing is left. */
  #advance(): void {
    if (this.#over || this.#pumping) return;
    if (this.#left === 0) this.#endWell();
    else if (!this.#isLastTurn() && this.#leftUpToTurn() === 0) this.#nextTurn();
  }

  #endWell(): void {
    const last = this.#last;
    if (last === undefined) return this.#finish(this.#failed ? 'failed' : 'done');
    this.#last = undefined;
    this.waitFor(last());
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
    this.#pump(this.#nodes);
  }

  #armEndTimer(): Timer {
    const { clock } = this.#ports;
    return clock.setTimer(() => this.#ports.timeIsOver(this), this.#endMs - clock.now());
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

  #countInTurn(node: ComponentNode, change: 1 | -1): void {
    const turn = this.#order.turnOf(node);
    this.#leftInTurn[turn] = (this.#leftInTurn[turn] ?? 0) + change;
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
