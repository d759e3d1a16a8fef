import { isStopMode, type StopMode } from '@quiesce/core';
import { Problem } from '../server/problem.js';

/** What the body of a shutdown request asks for. */
export interface ShutdownBody {
  /** Undefined: joins the stop that is running, or starts a graceful one. */
  readonly mode: StopMode | undefined;
  /** In milliseconds; on the wire it is in seconds. */
  readonly timeoutMs: number | undefined;
  readonly reason: string | undefined;
  readonly wait: boolean;
}

/** A day, in seconds: more is a mistake. */
const longestTimeout = 86_400;
const longestReason = 200;
/** Reasons that the lifecycle itself gives; the exit code depends on them. See `docs/exit-codes.md`. */
const reservedReason = /^(?:signal:|crash$|start-failed$)/;

/** What a member may be. Each throws a problem that points at it. */
const members = {
  mode: (value: unknown, ldm: StopMode): StopMode => {
    const mode = value === 'ldm' ? ldm : value;
    if (isStopMode(mode)) return mode;
    throw invalid('mode', 'must be graceful, lame-duck, last-ditch, force or ldm');
  },
  timeout: (value: unknown): number => {
    if (typeof value === 'number' && value > 0 && value <= longestTimeout) return value * 1_000;
    throw invalid('timeout', `must be a number of seconds above 0, ${longestTimeout} at most`);
  },
  reason: (value: unknown): string => {
    const isText = typeof value === 'string' && value.trim() !== '' && value.length <= longestReason;
    // A line break would make two lines of one in somebody's log.
    if (!isText || /\p{Cc}/u.test(value)) {
      throw invalid(
        'reason',
        `must be a text of ${longestReason} characters at most, without control characters`,
      );
    }
    if (reservedReason.test(value))
      throw invalid('reason', 'must not be one that only the service itself can have');
    return value;
  },
  wait: (value: unknown): boolean => {
    if (typeof value === 'boolean') return value;
    throw invalid('wait', 'must be true or false');
  },
};

/**
 * Checks the body of a shutdown request.
 * @param ldm what the mode `ldm` means here
 * @throws Problem
 */
export function parseShutdownBody(body: unknown, ldm: StopMode): ShutdownBody {
  const given = body ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new Problem('bad-request', 'the body must be an object', { members: { pointer: '' } });
  }
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined) {
    throw invalid(unknown, `is not known; there are ${Object.keys(members).join(', ')}`);
  }
  const { mode, timeout, reason, wait } = given as Partial<Record<keyof typeof members, unknown>>;
  return {
    mode: mode === undefined ? undefined : members.mode(mode, ldm),
    timeoutMs: timeout === undefined ? undefined : members.timeout(timeout),
    reason: reason === undefined ? undefined : members.reason(reason),
    wait: wait === undefined ? true : members.wait(wait),
  };
}

function invalid(member: string, rule: string): Problem {
  const name = member.slice(0, longestReason);
  const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return new Problem('bad-request', `${name} ${rule}`, { members: { pointer } });
}
