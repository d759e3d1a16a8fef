import { type ComponentNode, isLive } from '../components/component-node.js';
import type { Deadline } from '../contract/deadline.js';
import type { StopMode } from '../contract/modes.js';
import type {
  Climb,
  ComponentReport,
  PhaseReport,
  ReportedNote,
  ShutdownReport,
  StopOutcome,
  WorkReport,
} from '../contract/report.js';
import type { ResolvedLifecycleOptions } from '../options/resolve-lifecycle-options.js';
import { resolveExit } from './outcome.js';
import { toReportedError } from './reported-error.js';
import { roundMs } from './round-ms.js';

/** What a report takes from the stop it is about. */
export interface StopRecord {
  readonly order: { readonly mode: StopMode; readonly reason: string };
  readonly ladder: { readonly mode: StopMode; readonly climbs: readonly Climb[] };
  readonly deadline: Deadline;
  readonly startedMs: number;
  readonly startedWallMs: number;
  readonly phases: readonly PhaseReport[];
  readonly notes: readonly ReportedNote[];
  readonly ledger: { toReport(): WorkReport };
}

/** What a report is made of, beside the stop itself. */
export interface ReportInput {
  readonly options: ResolvedLifecycleOptions;
  readonly nodes: readonly ComponentNode[];
  /** What made the service fail, if it did: `error` is whatever was thrown. */
  readonly failure: { readonly error: unknown } | undefined;
  readonly previousStop: 'killed' | undefined;
}

/** Puts the report of a stop together, as it stands. */
export function createReport(run: StopRecord, input: ReportInput): ShutdownReport {
  const { options, failure, previousStop } = input;
  const work = run.ledger.toReport();
  const outcome = resolveOutcome(run, input, work.cut);
  return {
    schema: 'quiesce.report/1',
    service: options.name,
    instance: options.instance,
    pid: process.pid,
    host: options.host,
    mode: { requested: run.order.mode, reached: run.ladder.mode, climbs: [...run.ladder.climbs] },
    reason: run.order.reason,
    startedAt: new Date(run.startedWallMs).toISOString(),
    durationMs: roundMs(options.clock.now() - run.startedMs),
    timeoutMs: roundMs(run.deadline.atMs - run.startedMs),
    outcome,
    exit: options.overrideExit?.(outcome) ?? resolveExit(outcome, options.exitCode, run.order.reason),
    phases: [...run.phases],
    components: input.nodes.filter(wasStopped).map(toComponentReport),
    work,
    notes: [...run.notes],
    ...(failure === undefined ? {} : { error: toReportedError(failure.error) }),
    ...(previousStop === undefined ? {} : { previousStop }),
  };
}

function resolveOutcome(run: StopRecord, { nodes, failure }: ReportInput, cut: number): StopOutcome {
  if (failure !== undefined) return 'failed';
  if (run.ladder.mode === 'force') return 'forced';
  if (nodes.some(({ state }) => state === 'starting')) return 'incomplete'; // half there, and never released
  const hooksAreDone = nodes.every((node) => node.hooks.every((hook) => hook.outcome === 'done'));
  return hooksAreDone && cut === 0 ? 'clean' : 'incomplete';
}

function wasStopped(node: ComponentNode): boolean {
  return isLive(node) || node.state === 'stopped';
}

function toComponentReport(node: ComponentNode): ComponentReport {
  const parts = node.parts.length === 0 ? {} : { parts: [...node.parts] };
  const details = node.details === undefined ? {} : { details: node.details };
  return { name: node.name, tier: node.tier, phases: [...node.hooks], ...parts, ...details };
}
