import { constants } from 'node:os';
import { VerifyOptionsError } from '../errors.js';
import type {
  DurableOptions,
  ExpectedExit,
  LoadOptions,
  PlatformOptions,
  StopSignal,
  VerifyOptions,
} from '../options/verify-options.js';
import { type ScenarioId, scenarioIds } from '../plan/scenario-ids.js';
import { platformNames } from '../platform/resolve-platform.js';
import { readRequests } from '../requests/read-requests.js';

/** What commander hands over: every value is still a text. */
export interface VerifyFlags {
  readonly runs?: string;
  readonly seed?: string;
  readonly signal?: string;
  readonly path?: string;
  readonly requests?: string;
  readonly ready?: string;
  readonly live?: string;
  readonly websocket?: string;
  readonly sse?: string;
  readonly port?: string;
  readonly tls?: boolean;
  readonly expectExit?: string;
  readonly deadline?: string;
  readonly startTimeout?: string;
  readonly endWithin?: string;
  readonly announce?: string;
  readonly connections?: string;
  readonly think?: string;
  readonly rate?: string;
  readonly processes?: string;
  readonly servedLog?: string;
  readonly servedHeader?: string;
  readonly servedBody?: string;
  readonly url?: string;
  readonly stopCommand?: string;
  readonly watch?: string;
  readonly durable?: string;
  readonly only?: string;
  readonly platform?: string;
  readonly grace?: string;
  readonly preStop?: string;
  readonly propagation?: string;
  readonly keepGoing?: boolean;
  readonly json?: string;
  readonly html?: string;
  readonly junit?: string;
  readonly quiet?: boolean;
}

/** The options of `verify` from those of the command line. Throws {@link VerifyOptionsError}. */
export function verifyOptionsOf(command: readonly string[], flags: VerifyFlags): VerifyOptions {
  const given = {
    runs: wholeOf('--runs', flags.runs),
    seed: flags.seed,
    signal: stopSignalOf(flags.signal),
    path: flags.path,
    requests: flags.requests === undefined ? undefined : readRequests(flags.requests),
    ready: flags.ready,
    live: flags.live,
    websocket: flags.websocket,
    sse: flags.sse,
    port: wholeOf('--port', flags.port),
    tls: flags.tls,
    expectExit: expectedExitOf(flags.expectExit),
    deadlineMs: millisecondsOf('--deadline', flags.deadline),
    startTimeoutMs: millisecondsOf('--start-timeout', flags.startTimeout),
    endWithinMs: millisecondsOf('--end-within', flags.endWithin),
    announceMs: millisecondsOf('--announce', flags.announce),
    servedLog: patternOf('--served-log', flags.servedLog),
    servedHeader: flags.servedHeader,
    servedBody: patternOf('--served-body', flags.servedBody),
    url: flags.url,
    stopCommand: flags.stopCommand,
    watchMs: millisecondsOf('--watch', flags.watch),
    durable: durableOf(flags.durable),
    platform: platformOf(flags),
    only: onlyOf(flags.only),
    keepGoing: flags.keepGoing,
    load: loadOf(flags),
  };
  return { ...(command.length > 0 && { command }), ...defined(given) };
}

function loadOf(flags: VerifyFlags): LoadOptions {
  return defined({
    connections: wholeOf('--connections', flags.connections),
    thinkMs: wholeOf('--think', flags.think),
    newPerSecond: wholeOf('--rate', flags.rate),
    processes: wholeOf('--processes', flags.processes),
  });
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Leaves out what was not given, so that defaults apply. */
function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<Fields>;
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new VerifyOptionsError(option, 'must be a number', text);
  return value;
}

function wholeOf(option: string, text: string | undefined): number | undefined {
  const value = numberOf(option, text);
  if (value !== undefined && !Number.isInteger(value)) {
    throw new VerifyOptionsError(option, 'must be a whole number', text);
  }
  return value;
}

function millisecondsOf(option: string, text: string | undefined): number | undefined {
  const seconds = numberOf(option, text);
  return seconds === undefined ? undefined : Math.round(seconds * 1_000);
}

const stopSignals: readonly StopSignal[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];

function stopSignalOf(text: string | undefined): StopSignal | undefined {
  if (text === undefined) return undefined;
  const name = text.toUpperCase().replace(/^(SIG)?/, 'SIG');
  const signal = stopSignals.find((candidate) => candidate === name);
  if (signal === undefined)
    throw new VerifyOptionsError('--signal', `must be one of ${stopSignals.join(', ')}`, text);
  return signal;
}

function expectedExitOf(text: string | undefined): ExpectedExit | undefined {
  if (text === undefined || text === 'any') return text;
  if (/^\d{1,3}$/.test(text) && Number(text) <= 255) return Number(text);
  if (text in constants.signals) return text as NodeJS.Signals;
  throw new VerifyOptionsError(
    '--expect-exit',
    'must be an exit code, a signal such as SIGTERM, or "any"',
    text,
  );
}

function patternOf(option: string, text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, 'u');
  } catch {
    throw new VerifyOptionsError(option, 'must be a regular expression', text);
  }
}

function durableOf(text: string | undefined): DurableOptions | undefined {
  if (text === undefined) return undefined;
  const parts = /^([A-Z]+) (\/\S*) *=> *([A-Z]+) (\/\S*)$/.exec(text.trim());
  const [, writeMethod, writePath, readMethod, readPath] = parts ?? [];
  if (!writeMethod || !writePath || !readMethod || !readPath || !readPath.includes('{id}')) {
    throw new VerifyOptionsError('--durable', 'must be like "PUT /items/{id} => GET /items/{id}"', text);
  }
  return {
    write: { method: writeMethod, path: writePath, body: '{id}' },
    read: { method: readMethod, path: readPath },
  };
}

function platformOf(flags: VerifyFlags): PlatformOptions | undefined {
  if (flags.platform === undefined) return undefined;
  const name = platformNames.find((candidate) => candidate === flags.platform);
  if (name === undefined) {
    throw new VerifyOptionsError('--platform', `must be one of ${platformNames.join(', ')}`, flags.platform);
  }
  return {
    name,
    ...defined({
      graceMs: millisecondsOf('--grace', flags.grace),
      preStopMs: millisecondsOf('--pre-stop', flags.preStop),
      propagationMs: millisecondsOf('--propagation', flags.propagation),
    }),
  };
}

function onlyOf(text: string | undefined): ScenarioId[] | undefined {
  return text?.split(',').map((name) => {
    const id = scenarioIds.find((candidate) => candidate === name.trim());
    if (id === undefined)
      throw new VerifyOptionsError('--only', `must list some of ${scenarioIds.join(', ')}`, name);
    return id;
  });
}
