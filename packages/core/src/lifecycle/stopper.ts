import type { ComponentNode } from '../components/component-node.js';
import type { StopCoordinator } from '../contract/coordinator.js';
import { modeRules, type StopMode } from '../contract/modes.js';
import type { ShutdownReport, StopNote } from '../contract/report.js';
import type { ShutdownRequest } from '../contract/stoppable.js';
import { OptionsError } from '../errors.js';
import type { Emitter } from '../events/emitter.js';
import { checkAbsent, checkDuration, checkObject, checkOneOf, checkText } from '../options/checks.js';
import type { ResolvedLifecycleOptions } from '../options/resolve-lifecycle-options.js';
import { writeReportFile } from '../process/report-file.js';
import type { StateFile } from '../process/state-file.js';
import { createReport } from '../report/create-report.js';
import { toReportedError } from '../report/reported-error.js';
import { fitPlan, type StopPlan } from '../stop/plan.js';
import type { StopObserver } from '../stop/stop-observer.js';
import { StopRun } from '../stop/stop-run.js';
import type { WorkTokens } from '../work/work-tokens.js';

/** The one stop of a lifecycle, before, while and after it runs. */
export interface Stopper {
  /** The stop, once it was asked for. */
  readonly run: StopRun | undefined;
  readonly stopped: Promise<ShutdownReport>;
  /** The report as it stands while the stop runs. */
  snapshot(): ShutdownReport | undefined;
  /**
   * Starts the stop, joins it or makes it climb.
   * @throws OptionsError
   */
  request(request: ShutdownRequest): void;
}

/** What a stopper works on. */
export interface StopperPorts {
  readonly options: ResolvedLifecycleOptions;
  readonly emitter: Emitter;
  readonly tokens: WorkTokens;
  readonly nodes: readonly ComponentNode[];
  readonly stateFile: StateFile | undefined;
  observer(): StopObserver;
  startsSettled(): Promise<unknown>;
  coordinator(): StopCoordinator | undefined;
  wasReady(): boolean;
  previousStop(): 'killed' | undefined;
  /** The stop begins: nobody is let in from here on. */
  stopping(): void;
  /** The report is there; only the end of the process can follow. */
  reported(report: ShutdownReport): void;
}

const modes = Object.keys(modeRules) as StopMode[];
const requestNames: Readonly<Record<keyof ShutdownRequest, true>> = {
  mode: true,
  reason: true,
  timeoutMs: true,
  error: true,
};

/** Prepares the stop of a lifecycle. */
export function createStopper(ports: StopperPorts): Stopper {
  const { options } = ports;
  let run: StopRun | undefined;
  let failure: { readonly error: unknown } | undefined;
  let resolveStopped!: (report: ShutdownReport) => void;
  const stopped = new Promise<ShutdownReport>((resolve) => {
    resolveStopped = resolve;
  });

  const report = (of: StopRun): ShutdownReport => {
    return createReport(of, { options, nodes: ports.nodes, failure, previousStop: ports.previousStop() });
  };

  const begin = (mode: StopMode, reason: string, plan: StopPlan): StopRun => {
    ports.stopping();
    ports.emitter.emit('stop', { mode, reason, timeoutMs: plan.timeoutMs });
    const begun = new StopRun(
      { mode, reason, plan },
      {
        clock: options.clock,
        emitter: ports.emitter,
        tokens: ports.tokens,
        nodes: ports.nodes,
        observer: ports.observer(),
        startsSettled: ports.startsSettled(),
        coordinator: ports.coordinator(),
        wasReady: ports.wasReady(),
        createReport: report,
      },
    );
    const startedAt = new Date(begun.startedWallMs).toISOString();
    ports.stateFile?.begin({ pid: process.pid, startedAt, reason });
    void runLater(begun).then(finish);
    return begun;
  };

  const finish = (final: ShutdownReport): void => {
    ports.reported(final);
    if (options.reportFile !== undefined) writeReportFile(options.reportFile, final, options.logger);
    ports.stateFile?.end();
    resolveStopped(final);
  };

  return {
    get run() {
      return run;
    },
    stopped,
    snapshot: () => (run === undefined ? undefined : report(run)),
    request(request) {
      const { mode, reason, timeoutMs } = checkRequest(request, options);
      if (request.error !== undefined) failure ??= { error: request.error };
      if (run === undefined) {
        const plan = timeoutMs === undefined ? options.plan : fitPlan(options.plan, timeoutMs);
        run = begin(mode, reason, plan);
        if (plan.announceMs < options.plan.announceMs) run.note(shortAnnounce(plan, options.plan));
        return;
      }
      if (request.error !== undefined) run.note(lateFailure(reason, request.error));
      run.climb(mode, reason);
      if (timeoutMs !== undefined) run.bringForward(timeoutMs);
    },
  };
}

/** Whoever asks for a stop, a hook of ours maybe, goes on first. */
async function runLater(run: StopRun): Promise<ShutdownReport> {
  await Promise.resolve();
  return run.run();
}

function lateFailure(reason: string, error: unknown): StopNote {
  return { code: 'failure-during-stop', message: `${reason}: ${toReportedError(error).message}` };
}

function shortAnnounce(plan: StopPlan, usual: StopPlan): StopNote {
  const message =
    `the requested timeout of ${plan.timeoutMs} ms leaves ${Math.round(plan.announceMs)} ms to announce ` +
    `instead of ${usual.announceMs} ms`;
  return { code: 'announce-shortened', message };
}

function checkRequest(
  request: ShutdownRequest,
  options: ResolvedLifecycleOptions,
): { mode: StopMode; reason: string; timeoutMs: number | undefined } {
  checkObject('request', request);
  checkAbsent(request, requestNames);
  const mode = checkOneOf('mode', modes, request.mode ?? 'graceful');
  const reason = request.reason ?? 'requested';
  checkText('reason', reason);
  const timeoutMs = checkDuration('timeoutMs', request.timeoutMs, 1);
  if (timeoutMs !== undefined && timeoutMs > options.longestTimeoutMs) {
    const rule = `must fit into what the platform gives before SIGKILL: ${options.longestTimeoutMs} ms at most`;
    throw new OptionsError('timeoutMs', rule, timeoutMs);
  }
  return { mode, reason, timeoutMs };
}
