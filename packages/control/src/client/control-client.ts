import type { ShutdownReport, StopMode } from '@quiesce/core';
import {
  ControlDeniedError,
  ControlProblemError,
  ControlUnreachableError,
  type ProblemDetails,
} from '../errors.js';
import type { ControlStatus } from '../server/control-status.js';
import { type ControlTarget, resolveControlAddress } from './control-address.js';
import { type Answer, type Exchange, exchange, lost, readText } from './exchange.js';
import { type ControlEvent, readEvents } from './read-events.js';

/** Where the endpoint is, and how patient the client is. */
export type ControlClientOptions = ControlTarget & {
  /** How long an answer may take, in milliseconds; that of a stop takes as long as the stop. @default 10_000 */
  readonly timeoutMs?: number;
};

/** What a stop is asked for with. All optional. */
export interface ClientShutdownOptions {
  /** @default joins a running stop, or begins a graceful one */
  readonly mode?: StopMode | 'ldm';
  /** The time from the request to the exit, in milliseconds. @default the service's own */
  readonly timeoutMs?: number;
  /** Shown in the report. @default `control:` and the caller's name */
  readonly reason?: string;
  /** Ends the waiting, not the stop. */
  readonly signal?: AbortSignal;
  /** Called for everything that happens until the stop is over. */
  onEvent?(event: ControlEvent): void;
}

/** Asks a control endpoint. Every method rejects with a `ControlError`. */
export interface ControlClient {
  /** The endpoint, for messages to people. */
  readonly target: string;
  status(): Promise<ControlStatus>;
  /** Stops the service and resolves with the report. The process ends a moment later: `waitForProcessEnd`. */
  shutdown(options?: ClientShutdownOptions): Promise<ShutdownReport>;
  /** Asks for a stop and resolves as soon as it has begun. */
  requestShutdown(options?: ClientShutdownOptions): Promise<ControlStatus>;
  /** Follows the service until it has stopped. */
  events(options?: { readonly signal?: AbortSignal }): AsyncGenerator<ControlEvent, void>;
  metrics(): Promise<string>;
}

const defaultTimeoutMs = 10_000;
const statusSchema: ControlStatus['schema'] = 'quiesce.status/1';
const reportSchema: ShutdownReport['schema'] = 'quiesce.report/1';

/**
 * Creates a client of a control endpoint.
 * @throws OptionsError
 */
export function createControlClient(options: ControlClientOptions): ControlClient {
  const address = resolveControlAddress(options);
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const ask = async (what: Exchange): Promise<Answer> => {
    const answer = await exchange(address, what);
    if ((answer.incoming.statusCode ?? 500) < 400) return answer;
    throw await toProblemError(answer);
  };
  const askStatus = async (what: Exchange): Promise<ControlStatus> => {
    return (await readAnswer(await ask({ timeoutMs, ...what }), statusSchema)) as ControlStatus;
  };
  return {
    target: address.inWords,
    status: () => askStatus({ method: 'GET', path: '/control/status' }),
    async shutdown(shutdown = {}) {
      const { onEvent, signal } = shutdown;
      const what = toShutdown(shutdown, true);
      const accept = onEvent === undefined ? 'application/json' : 'application/x-ndjson';
      return followStop(await ask({ ...what, signal, accept }), onEvent);
    },
    requestShutdown: (shutdown = {}) =>
      askStatus({ ...toShutdown(shutdown, false), signal: shutdown.signal }),
    async *events({ signal } = {}) {
      const what = {
        method: 'GET',
        path: '/control/events',
        accept: 'application/x-ndjson',
        signal,
      } as const;
      yield* readEvents(await ask({ ...what, timeoutMs }));
    },
    async metrics() {
      return readText(await ask({ method: 'GET', path: '/metrics', timeoutMs }));
    },
  };
}

function toShutdown({ mode, timeoutMs, reason }: ClientShutdownOptions, wait: boolean): Exchange {
  const body = {
    ...(mode === undefined ? {} : { mode }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs / 1_000 }),
    ...(reason === undefined ? {} : { reason }),
    ...(wait ? {} : { wait }),
  };
  return { method: 'POST', path: '/control/shutdown', body };
}

async function followStop(
  answer: Answer,
  onEvent: (event: ControlEvent) => void = () => {},
): Promise<ShutdownReport> {
  // The report comes alone when nothing else was asked for, or the endpoint has no stream left to give.
  if (answer.incoming.headers['content-type'] !== 'application/x-ndjson') {
    return (await readAnswer(answer, reportSchema)) as ShutdownReport;
  }
  for await (const event of readEvents(answer)) {
    onEvent(event);
    if (event.type === 'report') return event.report;
  }
  throw lost(answer, undefined);
}

/** Reads an answer that says of itself what it is: something else may listen where the endpoint should be. */
async function readAnswer(answer: Answer, schema: string): Promise<unknown> {
  const text = await readText(answer);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && Reflect.get(value, 'schema') === schema) return value;
  throw new ControlUnreachableError(`what answers at ${answer.address.inWords} is not a control endpoint`);
}

async function toProblemError(answer: Answer): Promise<Error> {
  const { address, incoming } = answer;
  const status = incoming.statusCode ?? 500;
  const text = await readText(answer);
  const problem = parseProblem(text, status);
  if (status === 401 || status === 403) {
    const message = `${address.inWords}: ${problem.title}${problem.detail === undefined ? '' : `: ${problem.detail}`}`;
    return new ControlDeniedError(message, { problem });
  }
  return new ControlProblemError(problem);
}

function parseProblem(text: string, status: number): ProblemDetails {
  try {
    const problem = JSON.parse(text) as ProblemDetails;
    if (typeof problem.title === 'string' && typeof problem.code === 'string') return { ...problem, status };
  } catch {
    // Something else than a control endpoint has answered; what it said is shown.
  }
  return {
    type: 'about:blank',
    title: `HTTP status ${status}`,
    status,
    code: 'unknown',
    detail: text.slice(0, 200),
  };
}
