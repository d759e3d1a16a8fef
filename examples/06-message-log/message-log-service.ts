import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ShutdownReport } from '@quiesce/core';
import { onTestFinished } from 'vitest';
import { startNode, type TestProcess } from '../../e2e/support/process.js';
import { joinMessages, splitMessages } from './storage/record-batch.mjs';

/** The message log as a process that listens. */
export interface MessageLog {
  readonly process: TestProcess;
  readonly url: string;
  /** Where probes are. */
  readonly probes: string;
  /** How its stop went. */
  report(): ShutdownReport;
}

/** What a client was told. */
export interface Appended {
  readonly status: number;
  readonly offset?: number;
  readonly error?: string;
}

/** A folder that is gone when the test has ended. */
export async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'message-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a log that keeps its messages in `folder`. */
export async function startLog(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<MessageLog> {
  const settings = { PORT: '0', PROBES_PORT: '0', ANNOUNCE_MS: '0', DATA: join(folder, 'log') };
  const reportFile = join(folder, 'report.json');
  const process = startNode(new URL('server.mjs', import.meta.url), [], {
    env: { ...settings, REPORT: reportFile, ...env },
  });
  const probes = await process.waitForLine(/probes and metrics at/);
  const line = await process.waitForLine(/^listening on/);
  return {
    process,
    url: line.replace('listening on ', ''),
    probes: /at (http\S+)$/.exec(probes)?.[1] ?? '',
    report: () => JSON.parse(readFileSync(reportFile, 'utf8')) as ShutdownReport,
  };
}

/** Makes a topic of one partition. */
export async function addTopic({ url }: MessageLog, topic: string, acknowledge: string): Promise<void> {
  await fetch(`${url}/topics/${topic}`, { method: 'PUT', body: JSON.stringify({ acknowledge }) });
}

/** Appends messages to a topic's only partition. */
export async function append(log: MessageLog, topic: string, messages: readonly string[]): Promise<Appended> {
  const body = new Uint8Array(joinMessages(messages.map((message) => Buffer.from(message))));
  const response = await fetch(`${log.url}/topics/${topic}/messages`, { method: 'POST', body });
  return { status: response.status, ...((await response.json()) as object) };
}

/** All messages of a topic's only partition. */
export async function readAll({ url }: MessageLog, topic: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/topics/${topic}/partitions/0/messages?maxBytes=8000000`);
  const body = Buffer.from(await response.arrayBuffer());
  return splitMessages(body).map((message) => message.toString());
}

/** Stops a log as it should, and expects it to say so. */
export async function stopLog({ process }: MessageLog): Promise<number | null> {
  process.signal('SIGTERM');
  return (await process.waitForExit()).code;
}

/** The file that a topic's only partition writes to. */
export function segmentOf(folder: string, topic: string): string {
  return join(folder, 'log', 'topics', topic, '0', '00000000000000000000.log');
}
