import type { Server } from 'node:net';
import type { StopContext } from '../contract/component.js';
import { AppComponent, type StoppedApp } from '../fastify/app-component.js';
import type { AppOptions } from '../fastify/options.js';
import { resolveAppOptions } from '../fastify/resolve-app-options.js';
import { replaceProperty } from '../http/replace-property.js';
import type { NestApplicationLike } from './options.js';

/** Adds a Nest application to a lifecycle, as one component. */
export function adoptApplication(app: NestApplicationLike, options: AppOptions): void {
  const { lifecycle, add, http } = resolveAppOptions(options, 'nest');
  let closed: Promise<void> | undefined;

  const closeNow = (signal?: string): Promise<void> => {
    closed ??= closeByNest(signal);
    return closed;
  };
  const close = async (): Promise<void> => {
    if (!lifecycle.signal.aborted) void lifecycle.shutdown({ reason: 'nest.close' });
    await Promise.race([component.mayClose, lifecycle.stopped]);
    await closeNow();
  };
  // NestFactory returns a proxy: properties can be defined on it, but its methods take the application as `this`.
  let restore = replaceProperty(app, 'close', close);
  const closeByNest = (signal?: string): Promise<void> => {
    restore();
    const closing: Promise<void> = Reflect.apply(app.close, app, [signal]);
    restore = replaceProperty(app, 'close', close);
    return closing;
  };
  const component = new AppComponent(findApp(app), http, (stop) => closeNow(findSignal(stop)));
  lifecycle.add(component, add);
  keepSignals(app);
}

/** Fastify has a server for each address; another platform's one server is all there is to it. */
function findApp(app: NestApplicationLike): StoppedApp {
  const adapter = app.getHttpAdapter?.();
  if (adapter?.getType() === 'fastify') return adapter.getInstance() as StoppedApp;
  return { server: app.getHttpServer?.() as Server | undefined };
}

/** What Nest hands to its hooks: the signal that the stop was asked for with. */
function findSignal({ reason }: StopContext): string | undefined {
  return /^signal:(.+)$/.exec(reason)?.[1];
}

/** Nest's own handlers would destroy everything at once, and end the process by a signal. */
function keepSignals(app: NestApplicationLike): void {
  const unsubscribe: unknown = Reflect.get(app, 'unsubscribeFromProcessSignals');
  if (typeof unsubscribe === 'function') Reflect.apply(unsubscribe, app, []);
  replaceProperty(app, 'enableShutdownHooks', () => app);
}
