import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@quiesce/core';
import { onTestFinished } from 'vitest';
import type { AuditEntry } from '../../src/audit/audit-line.js';
import { type AuditLog, openAuditLog } from '../../src/audit/audit-log.js';
import { createTemporaryDirectory } from './temporary-directory.js';
import { createTestLogger, type LogLine } from './test-service.js';

/** An audit log in a directory of its own. */
export interface TestAuditLog {
  readonly path: string;
  readonly log: AuditLog;
  readonly messages: LogLine[];
  /** Its lines, parsed. */
  lines(file?: string): Promise<Record<string, unknown>[]>;
}

/** Opens an audit log. */
export async function openTestAuditLog(path?: string): Promise<TestAuditLog> {
  const file = path ?? join(await createTemporaryDirectory(), 'audit.log');
  const messages: LogLine[] = [];
  const logger = createTestLogger(messages);
  const log = await openAuditLog({ path: file, service: 'orders', clock: systemClock, logger });
  onTestFinished(() => log.close());
  return {
    path: file,
    log,
    messages,
    async lines(name = file) {
      const text = await readFile(name, 'utf8');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

/** A line of a call. */
export function callEntry(id: string): AuditEntry {
  return {
    event: 'call',
    outcome: 'accepted',
    id,
    caller: { name: 'owner', via: 'socket' },
    method: 'POST',
    path: '/control/shutdown',
  };
}
