import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { type ChainHead, chainStart } from './audit-line.js';

/** Where the head of a log's chain is kept: beside it. */
function chainHeadPath(auditFile: string): string {
  return `${auditFile}.head`;
}

/** Always the same length, so that it is replaced in place, also on a full disk. */
function formatHead({ seq, hash }: ChainHead): string {
  return `${String(seq).padStart(16, '0')} ${hash}\n`;
}

/**
 * Reads where the chain of a log had got to; its start when nobody wrote that down. It lags behind the log when the
 * process died between the two, and is never ahead of it.
 */
export async function readChainHead(auditFile: string): Promise<ChainHead> {
  const text = await readFile(chainHeadPath(auditFile), 'utf8').catch(() => '');
  const match = /^(\d{16}) ([0-9a-f]{64})\n/.exec(text);
  return match === null ? chainStart : { seq: Number(match[1]), hash: match[2] ?? chainStart.hash };
}

/** Writes it down, open to nobody else. */
export async function writeChainHead(auditFile: string, head: ChainHead): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW;
  const file = await open(chainHeadPath(auditFile), flags, 0o600);
  try {
    await file.write(formatHead(head), 0);
  } finally {
    await file.close();
  }
}
