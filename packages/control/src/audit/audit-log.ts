import type { Clock, Logger } from '@quiesce/core';
import { describeError } from '../describe-error.js';
import { type AuditFile, openAuditFile } from './audit-file.js';
import { type AuditEntry, type ChainHead, chainLine, chainStart, hashLine } from './audit-line.js';
import { readChainHead, writeChainHead } from './chain-head-file.js';

/** A log of sensitive calls, each line of which carries the hash of the one before. */
export interface AuditLog {
  /**
   * Resolves when the entry is on the disk. Entries that come while others are written share the next sync.
   * Rejects with an `AuditError`, and then it is not in the log.
   */
  append(entry: AuditEntry): Promise<void>;
  /** Opens the file anew, after it was moved away; the chain goes on in the new one. */
  reopen(): Promise<void>;
  close(): Promise<void>;
  /** How many lines were written since it was opened. */
  readonly lines: number;
  /** How many writes failed since it was opened. */
  readonly failures: number;
}

/** What an audit log is made with. */
export interface AuditLogOptions {
  readonly path: string;
  /** Stands in the lines that say that the log was opened. */
  readonly service: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Errors that mend themselves, so that a service need not fail to start for them. Source: errno(3). */
const passing = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/**
 * Opens the audit log of a service. A disk that is full now may not be so later: that fails the entries, not this.
 * @throws AuditError when the path is none for a log
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const log = new FileAuditLog(options);
  try {
    await log.append({ event: 'opened', service: options.service, pid: process.pid });
  } catch (error) {
    if (!isPassing(error)) throw error;
  }
  return log;
}

interface PendingEntry {
  readonly entry: AuditEntry;
  settle(error?: Error): void;
}

class FileAuditLog implements AuditLog {
  readonly #options: AuditLogOptions;
  #file: AuditFile | undefined;
  #head: ChainHead = chainStart;
  #pending: PendingEntry[] = [];
  /** What is being done now; one thing after the other. */
  #work: Promise<unknown> = Promise.resolve();
  #isFailing = false;
  lines = 0;
  failures = 0;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  append(entry: AuditEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ entry, settle: (error) => (error === undefined ? resolve() : reject(error)) });
      if (this.#pending.length === 1) void this.#next(() => this.#writePending());
    });
  }

  async reopen(): Promise<void> {
    await this.#next(() => this.#closeFile());
    await this.append({ event: 'reopened', service: this.#options.service, pid: process.pid });
  }

  close(): Promise<void> {
    return this.#next(() => this.#closeFile());
  }

  #next(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => {});
    return done;
  }

  async #writePending(): Promise<void> {
    const batch = this.#pending;
    this.#pending = [];
    try {
      await this.#write(batch.map(({ entry }) => entry));
      this.#succeeded(batch.length);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(describeError(error));
      await this.#closeFile();
      this.#failed(failure);
      for (const { settle } of batch) settle(failure);
      return;
    }
    for (const { settle } of batch) settle();
    // Nobody waits for it: a head that lags behind its log does no harm.
    await this.#writeHead(this.#head);
  }

  async #write(entries: readonly AuditEntry[]): Promise<void> {
    if (await this.#appendTo(this.#file, entries)) return;
    await this.#closeFile();
    this.#file = await this.#open();
    const { fragment } = this.#file.tail;
    const found: AuditEntry[] = fragment === undefined ? [] : [describeFragment(fragment)];
    await this.#appendTo(this.#file, [...found, ...entries], fragment === undefined ? '' : '\n');
  }

  /** Says whether there was a file to append to. */
  async #appendTo(
    file: AuditFile | undefined,
    entries: readonly AuditEntry[],
    before = '',
  ): Promise<boolean> {
    if (file === undefined) return false;
    let head = this.#head;
    let text = before;
    for (const entry of entries) {
      const next = chainLine(head, this.#options.clock.wallTime(), entry);
      head = next.head;
      text += `${next.line}\n`;
    }
    if (!(await file.append(text))) return false;
    this.#head = head;
    return true;
  }

  /** The chain goes on from the furthest place that anybody remembers: so a place that is missing stays visible. */
  async #open(): Promise<AuditFile> {
    const { path, logger } = this.#options;
    const file = await openAuditFile(path);
    const remembered = furthest(this.#head, await readChainHead(path));
    const { head = chainStart, isEmpty } = file.tail;
    if (!isEmpty && head.seq < remembered.seq) {
      const message = `audit log "${path}" ends at line ${head.seq}, but had got to ${remembered.seq}; quiesce audit verify`;
      logger.warn({ auditFile: path, seq: head.seq, expectedSeq: remembered.seq }, message);
    }
    this.#head = furthest(head, remembered);
    return file;
  }

  async #writeHead(head: ChainHead): Promise<void> {
    const { path, logger } = this.#options;
    try {
      await writeChainHead(path, head);
    } catch (error) {
      // The chain itself is whole; only the removal of its last lines would not be seen.
      logger.warn(
        { err: error, auditFile: path },
        `audit log "${path}": its head cannot be written: ${describeError(error)}`,
      );
    }
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => {});
  }

  #succeeded(count: number): void {
    this.lines += count;
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.logger.info({ auditFile: this.#options.path }, 'the audit log can be written again');
  }

  #failed(error: Error): void {
    this.failures += 1;
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.logger.error({ err: error, auditFile: this.#options.path }, error.message);
  }
}

function describeFragment(fragment: Buffer): AuditEntry {
  return { event: 'recovered', fragmentBytes: fragment.length, fragmentSha256: hashLine(fragment) };
}

function furthest(a: ChainHead, b: ChainHead): ChainHead {
  return a.seq >= b.seq ? a : b;
}

function isPassing(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && passing.has(String(Reflect.get(cause, 'code')));
}
