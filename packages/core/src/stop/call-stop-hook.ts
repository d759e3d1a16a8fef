import type { Clock } from '../clock.js';
import type { StopContext } from '../component.js';
import { type ComponentNode, pendingOf } from '../lifecycle/component-node.js';
import type { Emitter } from '../lifecycle/emitter.js';
import type { HookReport, ReportedNote, ShutdownReport } from '../report/report.js';
import { toReportedError } from '../report/reported-error.js';
import { roundMs } from '../report/round-ms.js';
import { createDeadline, type Deadline } from './deadline.js';
import { type HookResult, type HookRun, runHook } from './hook-run.js';
import type { Ladder } from './ladder.js';
import type { Phase } from './phases.js';
import type { StopObserver } from './stop-observer.js';
import type { WorkLedger } from './work-account.js';

/** What every hook of a stop is called with. */
export interface HookPorts {
  readonly clock: Clock;
  readonly emitter: Emitter;
  readonly observer: StopObserver;
  readonly ledger: WorkLedger;
  readonly ladder: Ladder;
  readonly reason: string;
  readonly stopDeadline: Deadline;
  readonly cut: AbortSignal;
  note(note: ReportedNote): void;
}

/** One hook to be called. */
export interface HookTask {
  readonly node: ComponentNode;
  readonly phase: Phase;
  /** A limit of its own, in milliseconds; undefined when only the phase's end is one. */
  readonly limitMs: number | undefined;
  /** The instant by which the phase is over, in milliseconds of the clock. */
  phaseEndMs(): number;
  /** The report, for hooks of the `exit` phase. */
  readonly report: ShutdownReport | undefined;
  settled(result: HookResult): void;
}

/** The shortest call worth a note that it blocked the event loop, in milliseconds. */
const notableBlockMs = 200;

/** Calls one hook of one component, and records how it went. */
export function callStopHook(ports: HookPorts, task: HookTask): HookRun {
  const { node, phase } = task;
  const begunMs = ports.clock.now();
  const endMs = (): number =>
    Math.min(task.phaseEndMs(), begunMs + (task.limitMs ?? Number.POSITIVE_INFINITY));
  ports.emitter.emit('hook-start', { component: node.name, phase, budgetMs: roundMs(endMs() - begunMs) });
  return runHook(ports.clock, {
    component: node.name,
    phase,
    limitMs: task.limitMs,
    call(run) {
      ports.observer.hookCalled(node, phase);
      const context = createStopContext(ports, task, run, createDeadline(ports.clock, endMs));
      try {
        if (phase !== 'exit') return node.component[phase]?.(context);
        return task.report === undefined ? undefined : node.component.exit?.(task.report, context);
      } finally {
        ports.observer.hookReturned();
      }
    },
    settled(result) {
      recordHook(ports, node, phase, result);
      task.settled(result);
    },
  });
}

/** Puts the outcome of a hook where the report finds it, and tells it. */
export function recordHook(ports: HookPorts, node: ComponentNode, phase: Phase, result: HookResult): void {
  const { outcome, durationMs, blockedMs } = result;
  const error = result.error === undefined ? undefined : toReportedError(result.error);
  const told = { phase, outcome, durationMs, ...(error === undefined ? {} : { error }) };
  const pending = node.component.pending === undefined ? {} : { pendingAtEnd: pendingOf(node) };
  const hook: HookReport = { ...told, ...pending };
  node.hooks.push(hook);
  ports.emitter.emit('hook-end', { component: node.name, ...told });
  if (blockedMs >= notableBlockMs) {
    const message = `its ${phase} hook blocked the event loop for ${Math.round(blockedMs)} ms`;
    ports.note({ component: node.name, code: 'event-loop-blocked', message, count: Math.round(blockedMs) });
  }
}

function createStopContext(ports: HookPorts, task: HookTask, run: HookRun, deadline: Deadline): StopContext {
  const { node, phase } = task;
  const { lameDuck, mode } = ports.ladder;
  return {
    phase,
    mode,
    reason: ports.reason,
    deadline,
    stopDeadline: ports.stopDeadline,
    signal: run.signal,
    cut: ports.cut,
    ...(lameDuck === undefined ? {} : { lameDuck }),
    progress: (detail) => ports.emitter.emit('progress', { component: node.name, phase, ...detail }),
    account: (work) => ports.ledger.add(node, work),
    note: (note) => ports.note({ component: node.name, ...note }),
  };
}
