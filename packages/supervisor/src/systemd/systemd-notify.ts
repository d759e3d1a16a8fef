import type { Stoppable } from '@quiesce/core';
import {
  type NotifyEnvironment,
  readNotifyEnvironment,
  removeNotifyVariables,
} from './notify-environment.js';
import type { NotifyState } from './notify-message.js';
import { createNotifySender, type NotifySender } from './notify-sender.js';
import {
  type ResolvedSystemdNotifyOptions,
  resolveSystemdNotifyOptions,
  type SystemdNotifyOptions,
} from './options.js';
import { toStatusLine } from './status-line.js';
import { tellStop } from './tell-stop.js';
import { chooseTransport } from './transports/choose-transport.js';
import type { OpenTransport } from './transports/transport.js';
import { startWatchdogPulse } from './watchdog-pulse.js';

/** What {@link systemdNotify} gives. */
export interface SystemdNotifier {
  /** Whether there is a service manager that is told. */
  readonly isActive: boolean;
  /** Tells it something more, such as a status of your own. Does nothing when nobody listens. */
  notify(state: NotifyState): void;
  /** Ends it; it ends by itself with the stop. */
  close(): void;
}

/** After its deadline a stop is forced; the process is gone within this, in milliseconds. */
const exitMs = 1_000;

const inactive: SystemdNotifier = { isActive: false, notify() {}, close() {} };

/**
 * Tells systemd (or whoever else listens at `NOTIFY_SOCKET`, as sd_notify(3) defines it) how a service is: `READY=1`
 * when it runs, `STOPPING=1` when its stop begins, `STATUS=` meanwhile, `EXTEND_TIMEOUT_USEC=` as long as the stop gets
 * on, and `WATCHDOG=1`. Without `NOTIFY_SOCKET` it does nothing. Nothing waits for it, and no failure of it stops anything.
 *
 * @param stoppable a lifecycle of this process, or a supervised one; call it before its start
 * @throws OptionsError
 */
export function systemdNotify(stoppable: Stoppable, options: SystemdNotifyOptions = {}): SystemdNotifier {
  const resolved = resolveSystemdNotifyOptions(stoppable.name, options);
  const environment = readNotifyEnvironment(resolved.env, process.pid);
  if (environment === undefined) return inactive;
  const transport = openTransport(environment, resolved);
  if (resolved.unsetEnvironment) removeNotifyVariables(resolved.env);
  if (transport === undefined) {
    resolved.logger.warn(
      { socket: environment.socket },
      'NOTIFY_SOCKET is set, and there is no way to send to it: neither systemd-notify nor perl nor python3 is in PATH',
    );
    return inactive;
  }
  return observe(stoppable, { ...resolved, environment, transport });
}

function openTransport(
  environment: NotifyEnvironment,
  { env, transport }: ResolvedSystemdNotifyOptions,
): OpenTransport | undefined {
  if (transport === undefined) return chooseTransport(environment, env['PATH']);
  return { name: 'own', send: transport, close() {} };
}

interface Observation extends Omit<ResolvedSystemdNotifyOptions, 'transport'> {
  readonly environment: NotifyEnvironment;
  readonly transport: OpenTransport;
}

function observe(stoppable: Stoppable, observation: Observation): SystemdNotifier {
  const { clock, logger, stallMs, transport } = observation;
  const sender = createNotifySender({ transport: transport.send, clock, logger });
  const ends: (() => void)[] = [];
  let isClosed = false;
  const close = (): void => {
    isClosed = true;
    for (const end of ends.splice(0)) end();
    sender.close();
    transport.close();
  };
  const begin = (): void => {
    if (!isClosed) ends.push(tellStop(stoppable, sender, { clock, rule: { stallMs, exitMs } }));
  };
  ends.push(
    pulse(sender, observation),
    stoppable.on('state', ({ state }) => {
      if (state === 'running') sender.send({ ready: true, status: toStatusLine(stoppable.status()) });
    }),
    // The status knows of the stop only when those who listen have heard of it.
    stoppable.on('stop', () => queueMicrotask(begin)),
    // Nothing more is said, and no process of ours may be left when this one ends.
    stoppable.on('report', close),
  );
  const { state } = stoppable.status();
  if (state === 'running') sender.send({ ready: true, status: toStatusLine(stoppable.status()) });
  else if (state === 'stopping') begin();
  else if (state === 'stopped') close();
  return { isActive: true, notify: (more) => sender.send(more), close };
}

function pulse(sender: NotifySender, observation: Observation): () => void {
  const { environment, isHealthy, clock, logger } = observation;
  const { watchdogMs } = environment;
  return watchdogMs === undefined
    ? () => undefined
    : startWatchdogPulse(sender, { watchdogMs, isHealthy, clock, logger });
}
