import type { Clock, Logger, ShutdownReport, Timer } from '@quiesce/core';
import type { Caller } from '../security/caller.js';
import { Problem } from '../server/problem.js';
import type { AuditCaller, AuditEntry } from './audit-line.js';
import type { AuditLog } from './audit-log.js';

/** A call that is put into the audit log. */
export interface AuditedCall {
  readonly id: string;
  readonly caller: Caller;
  readonly method: string;
  readonly path: string;
  /** What was asked for, once it is known. */
  readonly asked: Readonly<Record<string, unknown>> | undefined;
}

/** Puts calls on record, in the audit log if there is one and in the service's own log. */
export interface AuditTrail {
  /**
   * To be awaited before what was asked for is done.
   * @throws Problem when it cannot be put on record, and must not be done without
   */
  accepted(call: AuditedCall): Promise<void>;
  /** Never rejects: what is refused is refused. */
  refused(call: AuditedCall, problem: Problem): Promise<void>;
  /** How the stop ended. Never rejects. */
  stopped(report: ShutdownReport): Promise<void>;
}

/** What a trail is made with. */
export interface AuditTrailOptions {
  readonly log: AuditLog | undefined;
  /** What becomes of calls over TCP that cannot be put on record. */
  readonly failure: 'refuse' | 'allow';
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a call waits for its line to be on the disk, in milliseconds: a disk that hangs must hold nobody for ever. */
const patienceMs = 5_000;
/** How many lines may wait for such a disk: each is kept in memory, and whoever is refused may come again for days. */
const mostOverdue = 1_000;

/** Creates the trail of one control server. */
export function createAuditTrail({ log, failure, clock, logger }: AuditTrailOptions): AuditTrail {
  const flood = createFloodGate();
  /** How many lines have been waited for in vain, and may still come to the disk. */
  let overdue = 0;

  const write = async (entry: AuditEntry): Promise<'written' | 'failed'> => {
    try {
      await log?.append(entry);
      return 'written';
    } catch (error) {
      logger.error({ err: error, audit: entry }, `not in the audit log: ${JSON.stringify(entry)}`);
      return 'failed';
    }
  };
  const append = async (entry: AuditEntry): Promise<boolean> => {
    if (overdue >= mostOverdue) {
      logger.error({ audit: entry }, `not in the audit log, whose disk hangs: ${JSON.stringify(entry)}`);
      return false;
    }
    const writing = write(entry);
    // Behind a line that does not come to the disk no other does.
    const end = overdue > 0 ? 'late' : await withinPatience(writing, clock);
    if (end === 'late') {
      overdue += 1;
      void writing.then(() => (overdue -= 1));
      logger.error({ audit: entry }, `not yet in the audit log, whose disk hangs: ${JSON.stringify(entry)}`);
    }
    return end === 'written';
  };

  return {
    async accepted(call) {
      logger.info({ call: call.id, caller: call.caller.name }, describe(call, 'accepted'));
      const entry: AuditEntry = { event: 'call', outcome: 'accepted', ...toEntry(call), ...flood.pass() };
      if (await append(entry)) return;
      if (call.caller.via === 'socket' || failure === 'allow') return;
      const detail =
        'a stop that is not on record is not done over TCP; the owner of the socket can still do it';
      throw new Problem('audit-unavailable', detail);
    },
    async refused(call, { status, code, message }) {
      if (code === 'too-many-requests' && flood.holdsBack()) return;
      const suppressed = code === 'too-many-requests' ? {} : flood.pass();
      logger.warn({ call: call.id, status, code }, describe(call, `refused (${code}): ${message}`));
      await append({ event: 'call', outcome: 'refused', ...toEntry(call), status, code, ...suppressed });
    },
    async stopped({ mode, reason, outcome, exit }) {
      await append({ event: 'stopped', mode: mode.reached, reason, outcome, exitCode: exit.code });
    },
  };
}

async function withinPatience<End>(writing: Promise<End>, clock: Clock): Promise<End | 'late'> {
  let timer: Timer | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = clock.setTimer(() => resolve('late'), patienceMs);
  });
  const end = await Promise.race([writing, late]);
  timer?.cancel();
  return end;
}

/** Lets the first call of a flood into the log, and counts the others: a log that grew with each would fill the disk. */
function createFloodGate(): { holdsBack(): boolean; pass(): { readonly suppressed?: number } } {
  let isFlooded = false;
  let suppressed = 0;
  return {
    holdsBack() {
      if (isFlooded) suppressed += 1;
      const heldBack = isFlooded;
      isFlooded = true;
      return heldBack;
    },
    pass() {
      const passed = suppressed > 0 ? { suppressed } : {};
      isFlooded = false;
      suppressed = 0;
      return passed;
    },
  };
}

function toEntry({
  id,
  caller,
  method,
  path,
  asked,
}: AuditedCall): Omit<Extract<AuditEntry, { event: 'call' }>, 'event' | 'outcome'> {
  return {
    id,
    caller: toAuditCaller(caller),
    method,
    path,
    ...(asked === undefined ? {} : { request: asked }),
  };
}

function toAuditCaller({ name, via, role, address }: Caller): AuditCaller {
  return {
    name,
    via,
    ...(role === undefined ? {} : { role }),
    ...(address === undefined ? {} : { address }),
  };
}

function describe({ caller, method, path, asked }: AuditedCall, outcome: string): string {
  const what = asked === undefined ? '' : ` ${JSON.stringify(asked)}`;
  return `control: ${method} ${path}${what} by ${caller.name} ${outcome}`;
}
