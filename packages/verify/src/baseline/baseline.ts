import type { Target } from '../load/assignment.js';
import type { ResolvedVerifyOptions } from '../options/resolve-verify-options.js';
import type { RequestTemplate, TemplateRole } from '../plan/request-template.js';
import type { ServerTraits } from '../plan/scenarios.js';
import type { ServerHost } from '../run/server-host.js';
import { exitWithin, waitForExit } from '../run/wait-for-exit.js';
import type { Listener } from '../server/listening-ports.js';
import { pid1Available } from '../server/pid1-available.js';
import { markPerProcess } from './expected-bodies.js';
import { learnTemplates, waitsForBody } from './learn-expectations.js';
import { speaksHttp2 } from './speaks-http2.js';
import { draftTemplates } from './templates.js';

/** The second process is not judged: what it does longer than this is of no interest. */
const quickStopMs = 2_000;

/** What the server is like before, and without, any load. */
export interface Baseline {
  readonly target: Target;
  readonly listeners: readonly Listener[];
  readonly templates: readonly RequestTemplate[];
  readonly traits: ServerTraits;
  /** How it stops when nothing at all is connected. Undefined where it is not ours to stop. */
  readonly idleStop?: {
    readonly tookMs: number;
    readonly code: number | null;
    readonly signal: string | null;
    readonly killed: boolean;
  };
  readonly notes: readonly string[];
}

/** Starts the server once, looks at what it answers, and stops it with nothing connected. */
export async function takeBaseline(host: ServerHost, options: ResolvedVerifyOptions): Promise<Baseline> {
  const notes: string[] = [];
  const { server, target, listeners, startMs } = await host.start();
  try {
    const templates = await learnTemplates(target, draftTemplates(options), options.marker, (text) =>
      notes.push(text),
    );
    const traits = await learnTraits(target, templates, startMs);
    if (options.remote !== undefined) return { target, listeners, templates, traits, notes };
    if (traits.stuck === undefined) {
      notes.push(
        'its answers do not wait for bodies, so no request can be held in flight: name one with role "long"',
      );
    }
    const askedNs = process.hrtime.bigint();
    server.signal(options.signal);
    const { exit, killed } = await waitForExit(server, options.deadlineMs, options.interrupt);
    const tookMs = Number((exit?.atNs ?? process.hrtime.bigint()) - askedNs) / 1e6;
    const idleStop = { tookMs, code: exit?.code ?? null, signal: exit?.signal ?? null, killed };
    host.release(server);
    const compared = await compareProcesses(host, options, templates);
    return { target, listeners, templates: compared, traits, idleStop, notes };
  } finally {
    host.release(server);
  }
}

/** A second process tells which bodies belong to a process. It is stopped as the first was, for the sake of what it keeps. */
async function compareProcesses(
  host: ServerHost,
  options: ResolvedVerifyOptions,
  templates: readonly RequestTemplate[],
): Promise<readonly RequestTemplate[]> {
  if (templates.every(({ expect }) => expect.body === undefined)) return templates;
  const { server, target } = await host.start();
  try {
    const compared = await markPerProcess(target, templates);
    server.signal(options.signal);
    await exitWithin(server, quickStopMs, options.interrupt);
    return compared;
  } finally {
    host.release(server);
  }
}

async function learnTraits(
  target: Target,
  templates: readonly RequestTemplate[],
  startMs: number,
): Promise<ServerTraits> {
  const indexOf = (role: TemplateRole): number | undefined => {
    const index = templates.findIndex((template) => template.role === role);
    return index < 0 ? undefined : index;
  };
  return {
    startMs,
    load: templates.flatMap(({ role }, index) => (role === 'load' ? [index] : [])),
    download: indexOf('download'),
    upload: indexOf('upload'),
    ready: indexOf('ready'),
    live: indexOf('live'),
    websocket: indexOf('websocket'),
    sse: indexOf('sse'),
    durableWrite: indexOf('durable-write'),
    stuck: await findStuck(target, templates, indexOf('long'), indexOf('upload')),
    pid1Possible: await pid1Available(),
    http2: await speaksHttp2(target, templates[0]?.path ?? '/'),
  };
}

async function findStuck(
  target: Target,
  templates: readonly RequestTemplate[],
  long: number | undefined,
  upload: number | undefined,
): Promise<ServerTraits['stuck']> {
  if (long !== undefined) return { template: long, whole: true };
  const template = upload === undefined ? undefined : templates[upload];
  if (upload === undefined || template === undefined) return undefined;
  return (await waitsForBody(target, template)) ? { template: upload, whole: false } : undefined;
}
