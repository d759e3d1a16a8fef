import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildRegistry } from '../processes/child-registry.js';
import { runSubject } from '../processes/run-subject.js';
import { withinLimit } from '../processes/within-limit.js';
import { monotonicMs } from '../statistics/monotonic-time.js';
import { BATCH_MESSAGES, MESSAGE_BYTES } from './batch.js';
import { startMessageLog } from './systems.js';

/** One stop with so many messages in memory, beside what writing and syncing them takes. */
export interface BufferedStop {
  /** From SIGTERM to the exit. */
  readonly stopMs: number;
  /** The same with nothing in memory. */
  readonly emptyStopMs: number;
  /** Writing and syncing as many bytes into as many files, from as many threads. */
  readonly aloneMs: number;
}

const THREADS = 2;
const FILES_OF_THREAD = 2;
/** Frames have a length in front of each message, and batches a header. */
const BATCH_BYTES = 20 + BATCH_MESSAGES * (4 + MESSAGE_BYTES);
const LIMIT_MS = 60_000;
/** By then the connections of the load are closed, and their idle windows over. */
const SETTLE_MS = 1_000;
/** More than there is, so that nothing is written before the stop. */
const NEVER = { FLUSH_BYTES: String(2 ** 30), FLUSH_MS: String(10 * 60_000) };

/** Measures one stop of each kind. */
export async function runBufferedStop(children: ChildRegistry, messages: number): Promise<BufferedStop> {
  const batches = messages / BATCH_MESSAGES;
  const { stopMs, filledMs } = await stopAfter(children, batches);
  const { stopMs: emptyStopMs } = await stopAfter(children, 0);
  const aloneMs = await inFolder(async (folder) => {
    const batchesOfFile = batches / THREADS / FILES_OF_THREAD;
    const args = [folder, THREADS, FILES_OF_THREAD, batchesOfFile, BATCH_BYTES, Math.round(filledMs)];
    return ((await runSubject(children, 'write-alone', args)) as { readonly durationMs: number }).durationMs;
  });
  return { stopMs, emptyStopMs, aloneMs };
}

interface Stopped {
  readonly stopMs: number;
  /** How long it took to fill the memory, and to come to rest. */
  readonly filledMs: number;
}

function stopAfter(children: ChildRegistry, batches: number): Promise<Stopped> {
  return inFolder(async (folder) => {
    const log = await startMessageLog(children, folder, 'buffered', NEVER);
    try {
      const filledFromMs = monotonicMs();
      await append(log.port, batches);
      await sleep(SETTLE_MS);
      const begunMs = monotonicMs();
      log.process.child.kill('SIGTERM');
      const { code } = await withinLimit(LIMIT_MS, 'the stop of the log', log.process.exited);
      if (code !== 0) throw new Error(`the log ended with ${code}`);
      return { stopMs: monotonicMs() - begunMs, filledMs: begunMs - filledFromMs };
    } finally {
      await log.process.end();
    }
  });
}

async function append(port: number, batches: number): Promise<void> {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(MESSAGE_BYTES);
  const message = Buffer.concat([length, Buffer.alloc(MESSAGE_BYTES, 'quiesce ')]);
  const body = Buffer.concat(Array.from({ length: BATCH_MESSAGES }, () => message));
  for (let batch = 0; batch < batches; batch += 1) {
    const url = `http://127.0.0.1:${port}/topics/load/messages?partition=${batch % 4}`;
    const response = await fetch(url, { method: 'POST', body });
    if (response.status !== 201) throw new Error(`the log answered ${response.status}`);
    await response.arrayBuffer();
  }
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-log-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
