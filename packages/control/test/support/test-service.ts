import { join } from 'node:path';
import {
  type Component,
  createLifecycle,
  type Lifecycle,
  type LifecycleOptions,
  type Logger,
} from '@quiesce/core';
import { createManualSignals, type ManualSignals } from '@quiesce/core/testing';
import { onTestFinished } from 'vitest';
import { type ControlServer, type ControlServerOptions, controlServer } from '../../src/index.js';
import { createTemporaryDirectory } from './temporary-directory.js';

/** Tokens of each role, long enough to be taken. */
export const tokens = {
  observe: 'observer-0123456789',
  operate: 'operator-0123456789',
  force: 'enforcer-0123456789',
} as const;

/** The header with a role's token. */
export function as(role: keyof typeof tokens): { Authorization: string } {
  return { Authorization: `Bearer ${tokens[role]}` };
}

/** A line of the service's log. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

/** A service in this process, with its control endpoint. */
export interface TestService {
  readonly lifecycle: Lifecycle;
  readonly control: ControlServer;
  readonly directory: string;
  readonly socket: { readonly socketPath: string };
  /** The loopback port; there when `tcp` was asked for. */
  readonly tcp: { readonly url: string };
  readonly probes: { readonly url: string };
  readonly signals: ManualSignals;
  readonly log: readonly LogLine[];
}

/** Options of {@link startTestService}. All optional. */
export interface TestServiceOptions {
  readonly control?: ControlServerOptions;
  readonly lifecycle?: Partial<LifecycleOptions>;
  readonly components?: readonly Component[];
  /** Whether there is a loopback port, with a token for each role. @default false */
  readonly tcp?: boolean;
  /** @default true */
  readonly started?: boolean;
}

/** Starts a service whose process goes on after its stop, and stops it when the test is over. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const directory = await createTemporaryDirectory();
  const log: LogLine[] = [];
  const logger = createTestLogger(log);
  const signals = createManualSignals();
  const lifecycle = createLifecycle({
    name: 'orders',
    exit: false,
    signals: false,
    logger,
    ...options.lifecycle,
  });
  const roles = Object.entries(tokens).map(([role, token]) => ({ name: `the-${role}`, role, token }));
  const control = controlServer(lifecycle, {
    socketPath: join(directory, 'orders.sock'),
    logger,
    signalSource: signals,
    ...(options.tcp === true
      ? { port: 0, tokens: roles as NonNullable<ControlServerOptions['tokens']> }
      : {}),
    ...options.control,
  });
  lifecycle.add(control);
  for (const component of options.components ?? []) lifecycle.add(component);
  onTestFinished(async () => {
    await lifecycle.shutdown({ mode: 'force' });
  });
  if (options.started !== false) await lifecycle.start();
  return {
    lifecycle,
    control,
    directory,
    socket: { socketPath: join(directory, 'orders.sock') },
    get tcp() {
      return { url: control.addresses.url ?? 'no-url' };
    },
    get probes() {
      return { url: control.addresses.probesUrl ?? 'no-url' };
    },
    signals,
    log,
  };
}

/** Keeps lines for a test to look at. */
export function createTestLogger(lines: LogLine[]): Logger {
  const write =
    (level: LogLine['level']) =>
    (_fields: object, message: string): void => {
      lines.push({ level, message });
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** A promise that settles when it is told to. */
export interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

/** Creates a closed gate. */
export function createGate(): Gate {
  let open!: () => void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
