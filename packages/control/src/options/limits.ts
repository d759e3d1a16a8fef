import { checkKnown, checkNumber, checkObject } from './checks.js';

/** How often something may happen: `burst` at once, then `perSecond`. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What one control server takes in at most; see `docs/security.md`. All optional. */
export interface ControlLimits {
  /** The longest body of a request, in bytes. @default 16_384 */
  readonly bodyBytes?: number;
  /** The longest header section of a request, in bytes. @default 8_192 */
  readonly headerBytes?: number;
  /** The time a connection has for sending the headers of a request, in milliseconds. @default 5_000 */
  readonly headersTimeoutMs?: number;
  /** The time a connection has for sending a whole request, in milliseconds. @default 10_000 */
  readonly requestTimeoutMs?: number;
  /** Connections that are open at once, per listener. @default 1_000 */
  readonly maxConnections?: number;
  /** Event streams that are open at once, callers that stream their stop included. @default 100 */
  readonly maxStreams?: number;
  /** What may wait to be read by one slow reader of events, in bytes; then it is cut. @default 1_048_576 */
  readonly streamBufferBytes?: number;
  /** Requests of one caller who may be here. @default 100 a second, 1_000 at once */
  readonly callerRate?: Rate;
  /** Requests over TCP without a valid token, all together. @default 5 a second, 50 at once */
  readonly anonymousRate?: Rate;
  /** Requests over TCP, all together. @default 200 a second, 2_000 at once */
  readonly totalRate?: Rate;
  /** Probes and scrapes from one address. @default 1_000 a second, 2_000 at once */
  readonly proberRate?: Rate;
  /** Probes and scrapes, all together. @default 10_000 a second, 10_000 at once */
  readonly probesRate?: Rate;
  /** New connections over TCP from one address; more are closed unread. @default 500 a second, 2_000 at once */
  readonly connectionRate?: Rate;
}

/** Limits with every default in its place. */
export type ResolvedControlLimits = Required<ControlLimits>;

type RateName = {
  [Name in keyof ResolvedControlLimits]: ResolvedControlLimits[Name] extends Rate ? Name : never;
}[keyof ResolvedControlLimits];
type NumberName = Exclude<keyof ResolvedControlLimits, RateName>;

const numbers: Readonly<Record<NumberName, { readonly standard: number; readonly least: number }>> = {
  bodyBytes: { standard: 16_384, least: 64 },
  // Node.js itself needs room for one line.
  headerBytes: { standard: 8_192, least: 1_024 },
  headersTimeoutMs: { standard: 5_000, least: 1 },
  requestTimeoutMs: { standard: 10_000, least: 1 },
  maxConnections: { standard: 1_000, least: 1 },
  maxStreams: { standard: 100, least: 0 },
  streamBufferBytes: { standard: 1_048_576, least: 1_024 },
};

const rates: Readonly<Record<RateName, Rate>> = {
  callerRate: { perSecond: 100, burst: 1_000 },
  anonymousRate: { perSecond: 5, burst: 50 },
  totalRate: { perSecond: 200, burst: 2_000 },
  proberRate: { perSecond: 1_000, burst: 2_000 },
  probesRate: { perSecond: 10_000, burst: 10_000 },
  connectionRate: { perSecond: 500, burst: 2_000 },
};

/**
 * Checks all limits and fills in what was left out.
 * @throws OptionsError
 */
export function resolveLimits(limits: ControlLimits = {}): ResolvedControlLimits {
  checkObject('limits', limits);
  checkKnown('limits', limits, { ...numbers, ...rates });
  const resolvedNumbers = Object.entries(numbers).map(([name, { standard, least }]) => {
    return [name, checkNumber(`limits.${name}`, limits[name as NumberName], least) ?? standard];
  });
  const resolvedRates = Object.entries(rates).map(([name, standard]) => {
    return [name, resolveRate(`limits.${name}`, limits[name as RateName], standard)];
  });
  return Object.fromEntries([...resolvedNumbers, ...resolvedRates]) as ResolvedControlLimits;
}

function resolveRate(option: string, rate: Rate | undefined, standard: Rate): Rate {
  if (rate === undefined) return standard;
  checkObject(option, rate);
  checkKnown(option, rate, { perSecond: true, burst: true });
  return {
    perSecond: checkNumber(`${option}.perSecond`, rate.perSecond, 0.001) ?? standard.perSecond,
    burst: checkNumber(`${option}.burst`, rate.burst, 1) ?? standard.burst,
  };
}
