import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LifecycleOptions } from '@quiesce/core';
import type { HttpServerOptions } from '@quiesce/core/http';
import type { TestProcess } from '../../../../../e2e/support/process.js';
import { createFolder, type OnTestFinished } from '../../support/fixture.js';
import { type Stopped, startService } from '../../support/stop-service.js';

/** The fixture `http-service`, running. */
export interface HttpService {
  readonly process: TestProcess;
  readonly address: { readonly port: number; readonly host: string };
  /** Waits for its end and reads its report. */
  stopped(): Promise<Stopped>;
  /** The ids of all requests whose handlers ran. */
  readHandled(): ReadonlySet<string>;
}

/** Options of {@link startHttpService}. All optional. */
export interface HttpServiceOptions {
  readonly options?: Partial<LifecycleOptions>;
  readonly http?: Omit<HttpServerOptions, 'onUpgrade' | 'clock'>;
}

/** Starts it as a process of its own, which is gone when the test is over. */
export async function startHttpService(
  onFinished: OnTestFinished,
  { options = {}, http = {} }: HttpServiceOptions = {},
): Promise<HttpService> {
  const handled = join(createFolder(onFinished), 'handled');
  const { process, stopped } = await startService({ options, http, handled }, onFinished, {
    fixture: 'http-service',
    until: /^ready on/,
  });
  const port = Number(/ready on (\d+)/.exec(process.stdout)?.[1]);
  return {
    process,
    address: { port, host: '127.0.0.1' },
    stopped,
    readHandled: () => new Set(readFileSync(handled, 'utf8').split('\n')),
  };
}
