import type { StreamPlan } from '../load/assignment.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import type { StopSignal } from '../options/verify-options.js';
import { platformStop } from '../platform/platform-stop.js';
import type { Random } from './random.js';
import type { ScenarioId } from './scenario-ids.js';

/** What the baseline found out that the plan depends on. */
export interface ServerTraits {
  /** From the start of the process to ready. */
  readonly startMs: number;
  /** Indexes of the templates by what they are for; undefined where there is none. */
  readonly load: readonly number[];
  readonly download: number | undefined;
  readonly upload: number | undefined;
  readonly stuck: { readonly template: number; readonly whole: boolean } | undefined;
  readonly ready: number | undefined;
  readonly live: number | undefined;
  readonly durableWrite: number | undefined;
  readonly pid1Possible: boolean;
  readonly http2: boolean;
  readonly websocket: number | undefined;
  readonly sse: number | undefined;
}

/** Signals with their distance from the first. */
export interface PlannedSignal {
  readonly signal: StopSignal;
  readonly afterMs: number;
}

/** When a run stops the server: some time after the load is in its stride, or after the process was started. */
export interface StopPlan {
  readonly after: 'load' | 'spawn';
  readonly afterMs: number;
  readonly signals: readonly PlannedSignal[];
  /** The server is taken out of routing at the first instant of the stop; clients learn of it with this median delay. */
  readonly withdrawMedianMs?: number;
  /** From the first instant of the stop to SIGKILL, where the platform gives another time than `deadlineMs`. */
  readonly graceMs?: number;
  /** Whether the signals go to the whole process group, as systemd's `KillMode=control-group` does. */
  readonly toGroup?: boolean;
  /** Whether the server runs as PID 1 of a namespace. */
  readonly asPid1?: boolean;
}

export interface Scenario {
  readonly id: ScenarioId;
  readonly title: string;
  /** Of twenty runs, how many play it; `stop` has the rest. */
  readonly share: number;
  applies(traits: ServerTraits, options: ResolvedVerifyOptions): boolean;
  streams(traits: ServerTraits, options: ResolvedVerifyOptions, name: string): StreamPlan[];
  stop(random: Random, traits: ServerTraits, options: ResolvedVerifyOptions): StopPlan;
}

const always = (): boolean => true;
const noStreams = (): StreamPlan[] => [];
const shareOfStop = 0;

/** How long the load runs before the stop: long enough to be in its stride, short enough for many runs. */
const loadMs = { from: 150, to: 650 };
/** Two deliveries of one press come 0 to 4 ms apart (npm, dumb-init, node --watch). */
const duplicateMs = { from: 0, to: 5 };
/** Too late for a duplicate of one press, and before most drains are over. */
const secondMs = { from: 30, to: 300 };
/** Starts vary: a stop planned near the end of one could come after the end of another. */
const startShare = { from: 0.1, to: 0.7 };
/** Requests that a pipelining client sends at once. */
export const pipelineDepth = 4;
const uploadMs = 400;
const uploadBytes = 32 * 1_024;
const downloadMs = 1_500;
const probeEveryMs = 20;

function afterLoad(random: Random, signal: StopSignal, further: readonly PlannedSignal[] = []): StopPlan {
  return {
    after: 'load',
    afterMs: random.between(loadMs.from, loadMs.to),
    signals: [{ signal, afterMs: 0 }, ...further],
  };
}

/** The load of an ordinary stop: everything that has an end of its own. */
function mixedLoad(traits: ServerTraits, { load }: ResolvedVerifyOptions): StreamPlan[] {
  const streams: StreamPlan[] = [
    { kind: 'keep-alive', connections: load.connections, thinkMs: load.thinkMs, templates: traits.load },
  ];
  if (load.newPerSecond > 0)
    streams.push({ kind: 'new', perSecond: load.newPerSecond, templates: traits.load });
  if (load.pipelined > 0) {
    const template = traits.load[0] ?? 0;
    streams.push({
      kind: 'pipelined',
      connections: load.pipelined,
      depth: pipelineDepth,
      thinkMs: load.thinkMs,
      template,
    });
  }
  if (traits.upload !== undefined && load.uploads > 0) {
    const template = traits.upload;
    streams.push({
      kind: 'upload',
      connections: load.uploads,
      bytes: uploadBytes,
      overMs: uploadMs,
      template,
    });
  }
  if (traits.download !== undefined && load.downloads > 0) {
    const template = traits.download;
    streams.push({ kind: 'download', connections: load.downloads, overMs: downloadMs, template });
  }
  if (traits.http2 && load.http2 > 0) {
    streams.push({ kind: 'http2', sessions: load.http2, thinkMs: load.thinkMs, templates: traits.load });
  }
  return [...streams, ...probes(traits)];
}

function probes(traits: ServerTraits): StreamPlan[] {
  const streams: StreamPlan[] = [];
  if (traits.ready !== undefined) {
    streams.push({ kind: 'ready-probe', everyMs: probeEveryMs, template: traits.ready });
  }
  if (traits.live !== undefined) {
    streams.push({ kind: 'live-probe', everyMs: probeEveryMs, template: traits.live });
  }
  return streams;
}

/** Connections that wait for nothing, and those that live as long as the server lets them. */
function heldConnections(traits: ServerTraits, { load }: ResolvedVerifyOptions): StreamPlan[] {
  const connections = load.held;
  const template = traits.load[0] ?? 0;
  const streams: StreamPlan[] = (['idle', 'silent', 'half-header'] as const).map((held) => ({
    kind: 'held',
    held,
    connections,
    template,
  }));
  for (const kind of ['websocket', 'sse'] as const) {
    const path = traits[kind];
    if (path !== undefined) streams.push({ kind, connections, template: path });
  }
  return streams;
}

/** A little load, so that the process is at work while something else is asked of it. */
function lightLoad(traits: ServerTraits): StreamPlan[] {
  return [{ kind: 'new', perSecond: 50, templates: traits.load }];
}

function otherSignal(signal: StopSignal): StopSignal {
  return signal === 'SIGINT' ? 'SIGTERM' : 'SIGINT';
}

/** Every scenario; the order says which are played first when there are few runs. */
export const scenarios: readonly Scenario[] = [
  {
    id: 'stop',
    title: 'stopped under load',
    share: shareOfStop,
    applies: always,
    streams: mixedLoad,
    stop: (random, _traits, { signal }) => afterLoad(random, signal),
  },
  {
    id: 'holders',
    title: 'stopped with idle, silent and half-open connections',
    share: 1,
    applies: (_traits, { load }) => load.held > 0,
    streams: heldConnections,
    stop: (random, _traits, { signal }) => afterLoad(random, signal),
  },
  {
    id: 'stuck',
    title: 'stopped with requests that never end',
    share: 1,
    applies: (traits) => traits.stuck !== undefined,
    streams: (traits) => {
      const stuck = traits.stuck ?? { template: 0, whole: false };
      return [{ kind: 'stuck', connections: 3, ...stuck }, ...lightLoad(traits)];
    },
    stop: (random, _traits, { signal }) => afterLoad(random, signal),
  },
  {
    id: 'duplicate',
    title: 'the same signal twice within 5 ms',
    share: 1,
    applies: always,
    streams: mixedLoad,
    stop: (random, _traits, { signal }) =>
      afterLoad(random, signal, [{ signal, afterMs: random.between(duplicateMs.from, duplicateMs.to) }]),
  },
  {
    id: 'other-signal',
    title: 'SIGINT in place of SIGTERM',
    share: 1,
    // Where a graceful stop has a signal of its own, as nginx has, these two mean something else.
    applies: (_traits, { signal }) => signal === 'SIGTERM' || signal === 'SIGINT',
    streams: mixedLoad,
    stop: (random, _traits, { signal }) => afterLoad(random, otherSignal(signal)),
  },
  {
    id: 'early',
    title: 'stopped while it starts',
    share: 2,
    applies: always,
    streams: noStreams,
    stop: (random, { startMs }, { signal }) => ({
      after: 'spawn',
      afterMs: random.between(startShare.from, startShare.to) * startMs,
      signals: [{ signal, afterMs: 0 }],
    }),
  },
  {
    id: 'second',
    title: 'a second signal later in the drain',
    share: 2,
    applies: always,
    streams: mixedLoad,
    stop: (random, _traits, { signal }) =>
      afterLoad(random, signal, [{ signal, afterMs: random.between(secondMs.from, secondMs.to) }]),
  },
  {
    id: 'pid1',
    title: 'stopped as PID 1',
    share: 1,
    applies: ({ pid1Possible }) => pid1Possible,
    streams: lightLoad,
    stop: (random, _traits, { signal }) => ({ ...afterLoad(random, signal), asPid1: true }),
  },
  {
    id: 'platform',
    title: 'stopped as the platform does it',
    share: 2,
    applies: (_traits, { platform }) => platform !== undefined,
    streams: mixedLoad,
    stop: (random, { pid1Possible }, { platform, signal }) => {
      const plan = afterLoad(random, signal);
      if (platform === undefined) return plan;
      const stop = platformStop(platform, signal);
      return { ...plan, ...stop, asPid1: stop.asPid1 && pid1Possible };
    },
  },
  {
    id: 'durable',
    title: 'stopped while it acknowledges writes, then restarted',
    share: 1,
    applies: ({ durableWrite }) => durableWrite !== undefined,
    streams: (traits, _options, name) => [
      { kind: 'durable', connections: 4, template: traits.durableWrite ?? 0, prefix: name },
    ],
    stop: (random, _traits, { signal }) => afterLoad(random, signal),
  },
];
