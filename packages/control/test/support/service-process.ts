import { join } from 'node:path';
import type { LifecycleOptions } from '@quiesce/core';
import { startNode, startProcess, type TestProcess } from '../../../../e2e/support/process.js';
import type { ControlAddresses, ControlServerOptions } from '../../src/index.js';
import { createTemporaryDirectory } from './temporary-directory.js';
import { tokens } from './test-service.js';

/** What the service is told; see `fixtures/service-with-control.mjs`. */
export interface ServiceArguments {
  readonly lifecycle?: Partial<LifecycleOptions>;
  readonly control?: ControlServerOptions;
  readonly drainMs?: number;
  readonly hangsIn?: 'drain' | 'release';
}

/** A service in a process of its own, with its control endpoint. */
export interface ServiceProcess {
  readonly process: TestProcess;
  readonly directory: string;
  readonly socketPath: string;
  readonly addresses: ControlAddresses;
}

const fixture = new URL('../fixtures/service-with-control.mjs', import.meta.url);

/** All three roles, and a port for them. */
export const tcp: ControlServerOptions = {
  port: 0,
  tokens: (['observe', 'operate', 'force'] as const).map((role) => ({
    name: role,
    role,
    token: tokens[role],
  })),
};

/** Starts the built package in a process of its own and waits until it is ready. */
export async function startService(
  { control, ...rest }: ServiceArguments = {},
  directory?: string,
): Promise<ServiceProcess> {
  const own = directory ?? (await createTemporaryDirectory());
  const socketPath = join(own, 'orders.sock');
  const argument = JSON.stringify({ ...rest, control: { socketPath, ...control } });
  const process = startNode(fixture, [argument]);
  const line = await process.waitForLine(/^ready /);
  return { process, directory: own, socketPath, addresses: JSON.parse(line.slice(6)) as ControlAddresses };
}

/** Runs curl; its output is the answer's body and, on a line of its own, the status. */
export async function curl(
  args: readonly string[],
  as?: readonly string[],
): Promise<{
  readonly code: number | null;
  readonly status: string;
  readonly body: string;
  readonly stderr: string;
}> {
  const [command, ...before] = [...(as ?? []), 'curl'];
  const options = ['--silent', '--show-error', '--max-time', '30', '--write-out', '\n%{http_code}'];
  const process = startProcess(command, [...before, ...options, ...args]);
  const { code } = await process.waitForExit({ timeoutMs: 40_000 });
  const end = process.stdout.lastIndexOf('\n');
  return {
    code,
    status: process.stdout.slice(end + 1),
    body: process.stdout.slice(0, end),
    stderr: process.stderr,
  };
}
