import type { Phase } from '../contract/phases.js';
import type { ComponentReport, ShutdownReport } from '../contract/report.js';

/** What the main thread sends when a phase begins: all that the watchdog's thread can't find out by itself later. */
export interface WatchdogSnapshot {
  /** The report as it stands. */
  readonly report: ShutdownReport;
  /** When it was made, in milliseconds of the kernel's monotonic clock. */
  readonly takenMs: number;
  readonly phase: Phase;
  readonly budgetMs: number;
  /** All components, in the order of their numbers. */
  readonly components: readonly string[];
}

/** A hook that had not come to its end. */
export interface UnendedHook {
  readonly component: string;
  readonly phase: Phase;
}

/** What the watchdog's thread found when the deadline had passed. */
export interface WatchdogFinding {
  readonly snapshot: WatchdogSnapshot;
  /** The hooks that had not come to their end; the one being called, if one was, is the only one. */
  readonly hooks: readonly UnendedHook[];
  /** Whether a hook had been called and had not returned: then nothing else can have blocked the event loop. */
  readonly isInCall: boolean;
  readonly nowMs: number;
  readonly pid: number;
}

/**
 * Completes the report of a stop whose event loop is blocked, and says in words what was found. Runs in the
 * watchdog's thread, as text: it must not name anything outside itself.
 */
export function completeReport(finding: WatchdogFinding): { report: ShutdownReport; message: string } {
  const { snapshot, hooks, isInCall, nowMs, pid } = finding;
  const { report, phase, budgetMs } = snapshot;
  const round = (ms: number): number => Math.round(ms * 1_000) / 1_000;
  const inPhaseMs = round(nowMs - snapshot.takenMs);
  const durationMs = round(report.durationMs + inPhaseMs);

  const names = hooks.slice(0, 10).map((hook) => `the ${hook.phase} hook of "${hook.component}"`);
  if (hooks.length > names.length) names.push(`${hooks.length - names.length} more`);
  const running = names.length === 0 ? 'outside all hooks' : `while there ran ${names.join(', ')}`;
  const where = isInCall ? `in ${names.join(', ')}` : `during ${phase}, ${running}`;
  const message = `the event loop was blocked past the deadline ${where}`;

  const error = { name: 'HookAbortedError', message, code: 'QUIESCE_HOOK_ABORTED' };
  const withAborted = (component: ComponentReport): ComponentReport => {
    const isAborted = hooks.some((hook) => hook.component === component.name && hook.phase === phase);
    if (!isAborted) return component;
    const aborted = { phase, durationMs: inPhaseMs, outcome: 'aborted' as const, error };
    return { ...component, phases: [...component.phases, aborted] };
  };
  const climb = { from: report.mode.reached, to: 'force' as const, cause: 'watchdog', atMs: durationMs };
  const named = hooks.length === 1 ? hooks[0] : undefined;
  const note = { ...(named === undefined ? {} : { component: named.component }), code: 'watchdog', message };
  // The code of a shell for SIGKILL; PID 1 of a container is deaf to that one, and ends by SIGTRAP.
  const exit =
    pid === 1
      ? { code: 133, rule: 'ended by the watchdog, as PID 1 with SIGTRAP' }
      : { code: 137, rule: 'ended by the watchdog with SIGKILL' };
  return {
    message,
    report: {
      ...report,
      mode: { ...report.mode, reached: 'force', climbs: [...report.mode.climbs, climb] },
      durationMs,
      outcome: 'forced',
      exit,
      phases: [...report.phases, { name: phase, durationMs: inPhaseMs, budgetMs, outcome: 'cut' }],
      components: report.components.map(withAborted),
      notes: [...report.notes, note],
    },
  };
}
