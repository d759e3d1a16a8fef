import { type ComponentNode, isLive } from '../components/component-node.js';
import type { StopCoordinator, StopStep } from '../contract/coordinator.js';
import type { Deadline } from '../contract/deadline.js';
import { modeRules, type StopMode } from '../contract/modes.js';
import { type Phase, type PhaseRule, phaseRule, phaseRules } from '../contract/phases.js';
import type { Climb, PhaseOutcome, PhaseReport, ReportedNote, ShutdownReport } from '../contract/report.js';
import { HookAbortedError } from '../errors.js';
import type { Emitter } from '../events/emitter.js';
import type { Clock } from '../ports/clock.js';
import { toReportedError } from '../report/reported-error.js';
import { roundMs } from '../report/round-ms.js';
import type { WorkTokens } from '../work/work-tokens.js';
import { hasHook } from './hook-order.js';
import type { HookPorts } from './hook-ports.js';
import { HookRun } from './hook-run.js';
import { createLadder, type Ladder } from './ladder.js';
import { resolvePhaseEnd } from './phase-end.js';
import { PhaseRun } from './phase-run.js';
import { fitPlan, type StopPlan } from './plan.js';
import { recordHook } from './record-hook.js';
import { createStepGate, type StepGate } from './step-gate.js';
import { createStopDeadline, type StopDeadline } from './stop-deadline.js';
import type { StopObserver } from './stop-observer.js';
import { openWorkLedger, type WorkLedger } from './work-account.js';

/** What a stop is made of. */
export interface StopPorts {
  readonly clock: Clock;
  readonly emitter: Emitter;
  readonly tokens: WorkTokens;
  readonly observer: StopObserver;
  /** All components, in the order they were added; more may come while the stop runs. */
  readonly nodes: readonly ComponentNode[];
  /** Settles when nothing is starting any more. */
  readonly startsSettled: Promise<unknown>;
  /** Decides from outside when each step may begin. */
  readonly coordinator: StopCoordinator | undefined;
  /** Whether the service was ever ready: if not, there is nobody to wait for in `announce`. */
  readonly wasReady: boolean;
  /** Makes the report, when all phases but the last are over. */
  createReport(run: StopRun): ShutdownReport;
}

/** What a stop was asked for with. */
export interface StopOrder {
  readonly mode: StopMode;
  readonly reason: string;
  readonly plan: StopPlan;
}

/**
 * The one stop of a lifecycle.
 *
 * ```
 *  announce ─▶ refuse ─▶ drain ─▶ persist ─▶ release ─▶ exit          graceful, lame-duck
 *                │         └ drain's end, a signal ┐
 *              refuse ──▶ cut ◀────────────────────┘                  last-ditch
 *                          └────▶ persist ─▶ release ─▶ exit
 *              cut ─▶ abort hooks ────────────────────▶ exit          force, and the deadline from anywhere
 * ```
 */
export class StopRun {
  readonly order: StopOrder;
  readonly startedMs: number;
  readonly startedWallMs: number;
  readonly ladder: Ladder;
  readonly ledger: WorkLedger;
  readonly phases: PhaseReport[] = [];
  readonly notes: ReportedNote[] = [];
  readonly #ports: StopPorts;
  readonly #hookPorts: HookPorts;
  readonly #deadline: StopDeadline;
  readonly #cut = new AbortController();
  /** The components that came too late for the order and have not caught up, with the phases they still miss. */
  readonly #late = new Map<ComponentNode, Phase[]>();
  #plan: StopPlan;
  #rule: PhaseRule;
  #phaseBegunMs: number;
  #running: PhaseRun | undefined;
  readonly #gate: StepGate | undefined;

  constructor(order: StopOrder, ports: StopPorts) {
    const { clock } = ports;
    this.order = order;
    this.#plan = order.plan;
    this.#ports = ports;
    this.startedMs = clock.now();
    this.startedWallMs = clock.wallTime();
    this.#phaseBegunMs = this.startedMs;
    this.#rule = phaseRule(modeRules[order.mode].phases[0]);
    const climbed = (climb: Climb): void => this.#climbed(climb);
    this.ladder = createLadder(order.mode, { clock, startedMs: this.startedMs, plan: order.plan, climbed });
    const { coordinator } = ports;
    if (coordinator !== undefined)
      this.#gate = createStepGate(coordinator, (step, error) => this.#coordinatorFailed(step, error));
    this.ledger = openWorkLedger(ports.nodes.filter(isLive), ports.tokens);
    this.#deadline = createStopDeadline(clock, this.startedMs + order.plan.timeoutMs, {
      set: (atMs) => ports.observer.deadlineSet(atMs),
      passed: () => this.climb('force', 'deadline'),
    });
    this.#hookPorts = {
      clock,
      emitter: ports.emitter,
      observer: ports.observer,
      ledger: this.ledger,
      ladder: this.ladder,
      reason: order.reason,
      stopDeadline: this.#deadline,
      cut: this.#cut.signal,
      note: (note) => this.note(note),
    };
  }

  get phase(): Phase {
    return this.#rule.name;
  }

  get deadline(): Deadline {
    return this.#deadline;
  }

  /** Runs all phases that the mode has; the mode may change meanwhile. Never rejects. */
  async run(): Promise<ShutdownReport> {
    for (const rule of phaseRules.slice(0, -1)) {
      if (await this.#mayRun(rule.name)) await this.#runPhase(rule);
      else this.phases.push({ name: rule.name, durationMs: 0, budgetMs: 0, outcome: 'skipped' });
    }
    if (this.ladder.mode === 'force') this.#abortAll();
    return this.#exit();
  }

  /** Makes the stop climb when `to` is stronger than the mode in force, and it is not ending already. */
  climb(to: StopMode, cause: string): boolean {
    return this.phase !== 'exit' && this.ladder.climb(to, cause);
  }

  /** Brings the deadline forward to `timeoutMs` from now; a later one changes nothing. */
  bringForward(timeoutMs: number): void {
    if (!this.#deadline.bringForward(this.#ports.clock.now() + timeoutMs)) return;
    this.#plan = fitPlan(this.#plan, timeoutMs);
    this.#running?.bringForward(this.#phaseEndMs(this.#rule));
  }

  /** Stops a component that is there too late for the order: what it missed at once, the rest with the others. */
  join(node: ComponentNode): void {
    node.state = 'stopping';
    const missed = phaseRules.slice(1, phaseRules.indexOf(this.#rule) + 1).map(({ name }) => name);
    if (missed.length === 0) return;
    this.#late.set(node, missed);
    const message = `came up during ${this.phase}, so what it had missed was made up for out of order`;
    this.note({ component: node.name, code: 'late-component', message });
    if (this.#running !== undefined) this.#catchUp(node, missed, this.#running);
  }

  /** Adds a note to the report. */
  note(note: ReportedNote): void {
    this.notes.push(note);
    this.#ports.emitter.emit('note', note);
  }

  /** Whether the mode in force has a phase, asked anew when the stop climbs while it waits for the permit. */
  async #mayRun(phase: Phase): Promise<boolean> {
    for (;;) {
      const { mode } = this.ladder;
      if (phase === 'exit' || !modeRules[mode].phases.includes(phase)) return false;
      const isCutFirst = phase === 'persist' && mode === 'last-ditch' && !this.#cut.signal.aborted;
      await this.#gate?.pass(isCutFirst ? 'cut' : phase);
      if (this.ladder.mode !== mode) continue;
      if (!isCutFirst) return true;
      this.#cutWork();
      this.#ports.coordinator?.ended('cut', 'done');
    }
  }

  #catchUp(node: ComponentNode, missed: Phase[], running: PhaseRun): void {
    const callMissed = async (): Promise<void> => {
      for (let phase = missed.shift(); phase !== undefined; phase = missed.shift()) {
        const isWanted = modeRules[this.ladder.mode].phases.includes(phase) && hasHook(node, phase);
        if (isWanted && phase !== 'exit') await running.join(node, phase);
        if (running.isOver) return; // what is still missed is made up for in the next phase
      }
      this.#late.delete(node);
    };
    running.waitFor(Promise.resolve().then(callMissed));
  }

  async #runPhase(rule: PhaseRule): Promise<void> {
    this.#rule = rule;
    this.#phaseBegunMs = this.#ports.clock.now();
    const budgetMs = roundMs(this.#phaseEndMs(rule) - this.#phaseBegunMs);
    const running = this.#createPhase(rule);
    if (rule.name === 'announce') this.#waitInAnnounce(running);
    if (rule.name === 'drain') running.waitLastFor(() => this.#workDrained());
    const outcome = await this.#follow(running, budgetMs);
    if (rule.name !== 'exit') this.#ports.coordinator?.ended(rule.name, outcome);
    if (rule.name === 'drain' && outcome === 'late') this.climb('last-ditch', 'drain-end');
  }

  #coordinatorFailed(step: StopStep, error: unknown): void {
    const message = `who coordinates the stop failed, so ${step} went on without: ${toReportedError(error).message}`;
    this.note({ code: 'coordinator-failed', message });
  }

  async #workDrained(): Promise<void> {
    try {
      await this.#ports.coordinator?.mayEndDrain(this.#ports.tokens);
    } catch (error) {
      this.#coordinatorFailed('drain', error);
    }
    await this.#ports.tokens.drained();
  }

  /** Starts a phase whose nodes are known, and records how it went. */
  async #follow(running: PhaseRun, budgetMs: number): Promise<PhaseOutcome> {
    const { clock, emitter, observer } = this.#ports;
    const name = this.phase;
    this.#running = running;
    observer.phaseBegun(name, budgetMs);
    emitter.emit('phase-start', { phase: name, budgetMs });
    for (const [node, missed] of this.#late) {
      if (missed.at(-1) !== name) missed.push(name);
      this.#catchUp(node, missed, running);
    }
    running.start();
    const outcome = await running.ended;
    this.#running = undefined;
    const durationMs = roundMs(clock.now() - this.#phaseBegunMs);
    this.phases.push({ name, durationMs, budgetMs, outcome });
    emitter.emit('phase-end', { phase: name, outcome, durationMs });
    return outcome;
  }

  /** @param createReport for the hooks of `exit`, when there are any */
  #createPhase(rule: PhaseRule, createReport?: () => ShutdownReport): PhaseRun {
    const nodes = this.#ports.nodes.filter((node) => isLive(node) && !this.#late.has(node));
    for (const node of nodes) node.state = 'stopping';
    // Those without a hook only pass the order on, and where nobody has one there is none to pass on.
    const isConcerned = nodes.some((node) => hasHook(node, rule.name));
    const report = isConcerned ? createReport?.() : undefined;
    return new PhaseRun(isConcerned ? nodes : [], rule, this.#phaseEndMs(rule), {
      clock: this.#ports.clock,
      createHookRun: (node, phase, limitMs, owner) => {
        const run = new HookRun({ node, phase, limitMs, report }, this.#hookPorts, owner);
        this.#tellHookStart(run);
        return run;
      },
      timeIsOver: (phase) => {
        // The end of `release` is the deadline: whichever of the two timers is first, the stop climbs.
        if (rule.name === 'release') this.climb('force', 'deadline');
        else phase.end('late');
      },
      hookEnded: (node, phase, result) => recordHook(this.#hookPorts, node, phase, result),
      neverCalled: (node, by) => {
        const error = new HookAbortedError(node.name, rule.name, by, false);
        const outcome = by === 'late' ? 'late' : 'aborted';
        recordHook(this.#hookPorts, node, rule.name, { outcome, durationMs: 0, blockedMs: 0, error });
      },
    });
  }

  #tellHookStart({ task: { node, phase }, endMs, begunMs }: HookRun): void {
    if (!this.#ports.emitter.isHeard('hook-start')) return;
    const budgetMs = roundMs(endMs - begunMs);
    this.#ports.emitter.emit('hook-start', { component: node.name, phase, budgetMs });
  }

  /** Readiness is red; whoever was sent here by then is still served. Components that start now end their start. */
  #waitInAnnounce(running: PhaseRun): void {
    const waitMs = this.#ports.wasReady ? this.#plan.announceMs : 0;
    running.waitFor(this.#ports.startsSettled);
    if (waitMs <= 0) return;
    const waited = new Promise<void>((resolve) => {
      const timer = this.#ports.clock.setTimer(resolve, waitMs);
      void running.ended.then(() => timer.cancel());
    });
    running.waitFor(waited);
  }

  #phaseEndMs(rule: PhaseRule): number {
    const ownEndMs = resolvePhaseEnd({
      rule,
      mode: this.ladder.mode,
      plan: this.#plan,
      begunMs: this.#phaseBegunMs,
      deadlineMs: this.#deadline.atMs,
      nodes: this.#ports.nodes.filter(isLive),
    });
    const permittedEndMs = this.#gate?.endMs ?? Number.POSITIVE_INFINITY;
    return rule.name === 'exit' ? ownEndMs : Math.min(ownEndMs, permittedEndMs);
  }

  #climbed(climb: Climb): void {
    this.#ports.emitter.emit('climb', climb);
    this.#gate?.goOn();
    if (!modeRules[climb.to].phases.includes(this.phase)) this.#running?.end(climb.to);
    else if (this.phase === 'refuse') this.#running?.bringForward(this.#phaseEndMs(this.#rule));
  }

  /** Ends all work in flight, before anything is persisted: what is acknowledged later would be lost. */
  #cutWork(): void {
    if (this.#cut.signal.aborted) return;
    this.ledger.addCutTokens(this.#ports.tokens.cut(this.ladder.mode));
    this.#cut.abort();
  }

  /** The last chance, without waiting: dependents before dependencies. */
  #abortAll(): void {
    this.#cutWork();
    for (const node of this.#ports.nodes.filter(isLive).toReversed()) {
      try {
        node.component.abort?.();
      } catch (error) {
        const message = `its abort hook threw: ${toReportedError(error).message}`;
        this.note({ component: node.name, code: 'abort-failed', message });
      }
    }
  }

  #noteUnfinishedStarts(): void {
    for (const { name, state } of this.#ports.nodes) {
      if (state !== 'starting') continue;
      const message = 'its start hook did not come to an end, so it was never stopped';
      this.note({ component: name, code: 'start-unfinished', message });
    }
  }

  async #exit(): Promise<ShutdownReport> {
    const rule = phaseRule('exit');
    this.#rule = rule;
    this.#phaseBegunMs = this.#ports.clock.now();
    this.#deadline.cancel();
    const budgetMs = roundMs(this.#phaseEndMs(rule) - this.#phaseBegunMs);
    await this.#follow(
      this.#createPhase(rule, () => this.#ports.createReport(this)),
      budgetMs,
    );
    for (const node of this.#ports.nodes) if (node.state === 'stopping') node.state = 'stopped';
    this.#noteUnfinishedStarts();
    return this.#ports.createReport(this);
  }
}
