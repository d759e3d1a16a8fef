import type { Component, ShutdownReport, StartContext, StopContext, Stoppable } from '@quiesce/core';
import { type AuditLog, openAuditLog } from '../audit/audit-log.js';
import { type AuditTrail, createAuditTrail } from '../audit/audit-trail.js';
import { createEventHub, type EventHub } from '../events/event-hub.js';
import { createExposition, type Exposition } from '../metrics/registry.js';
import { createServiceMetrics } from '../metrics/service-metrics.js';
import { createStopMetrics, type StopMetrics } from '../metrics/stop-metrics.js';
import { createTrafficMetrics, type TrafficMetrics } from '../metrics/traffic-metrics.js';
import type { ControlServerOptions } from '../options/control-options.js';
import {
  type ResolvedControlServerOptions,
  resolveControlServerOptions,
} from '../options/resolve-control-options.js';
import { createProbes, type Probes } from '../probes/probes.js';
import { createTraffic } from '../security/traffic.js';
import { createControlStatus } from '../server/control-status.js';
import { createWaitingCallers, type WaitingCallers } from '../stop/waiting-callers.js';
import { startTelemetry, type Telemetry } from '../telemetry/telemetry.js';
import { type ControlAddresses, describeAddresses } from './addresses.js';
import { createHandlers } from './handlers.js';
import { createListeners, type Listeners } from './listeners.js';

/** The control endpoint of a service, as a component of its lifecycle. */
export interface ControlServer extends Component {
  start(context: StartContext): Promise<void>;
  exit(report: ShutdownReport, stop: StopContext): Promise<void>;
  /** Where it can be reached, once it has started. */
  readonly addresses: ControlAddresses;
  /** Opens the file of the audit log anew, after it was moved away. Does nothing without one. */
  reopenAudit(): Promise<void>;
}

/**
 * Creates the control endpoint of a service: it can be stopped from outside, its state be seen, its probes be asked.
 * Add it to the lifecycle it is for: it starts with the first, serves up to the end, and gives everybody who waits the
 * report before the process ends.
 *
 * @throws OptionsError
 */
export function controlServer(stoppable: Stoppable, options: ControlServerOptions = {}): ControlServer {
  return new ControlEndpoint(stoppable, resolveControlServerOptions(stoppable.name, options));
}

/** What callers who do not read may cost the stop at most, in milliseconds. */
const answerPatienceMs = 1_000;

/** Puts the parts together; each part has its own file. */
class ControlEndpoint implements ControlServer {
  readonly name = 'control';
  readonly #stoppable: Stoppable;
  readonly #options: ResolvedControlServerOptions;
  readonly #hub: EventHub;
  readonly #callers: WaitingCallers = createWaitingCallers();
  readonly #probes: Probes;
  readonly #stopMetrics: StopMetrics;
  readonly #trafficMetrics: TrafficMetrics;
  readonly #exposition: Exposition;
  #log: AuditLog | undefined;
  #trail: AuditTrail | undefined;
  #telemetry: Telemetry | undefined;
  #listeners: Listeners | undefined;
  #stopReopening: (() => void) | undefined;
  #ending: Promise<void> | undefined;

  constructor(stoppable: Stoppable, options: ResolvedControlServerOptions) {
    this.#stoppable = stoppable;
    this.#options = options;
    this.#hub = createEventHub(stoppable);
    this.#probes = createProbes(stoppable, options.checks, options.clock);
    this.#stopMetrics = createStopMetrics(stoppable);
    this.#trafficMetrics = createTrafficMetrics({
      connections: () => this.#listeners?.connections ?? 0,
      waitingCallers: () => this.#callers.count,
      auditLines: () => this.#log?.lines ?? 0,
      auditFailures: () => this.#log?.failures ?? 0,
    });
    this.#exposition = createExposition(
      [
        ...createServiceMetrics(stoppable, this.#probes.runners),
        ...this.#stopMetrics.families,
        ...this.#trafficMetrics.families,
      ],
      options.registry,
    );
  }

  get addresses(): ControlAddresses {
    return this.#listeners?.addresses ?? {};
  }

  async start(): Promise<void> {
    const { auditFile, auditFailure: failure, clock, logger } = this.#options;
    if (auditFile !== undefined) {
      this.#log = await openAuditLog({ path: auditFile, service: this.#stoppable.name, clock, logger });
    }
    this.#trail = createAuditTrail({ log: this.#log, failure, clock, logger });
    this.#telemetry = await startTelemetry(this.#stoppable, this.#options);
    this.#listeners = this.#createListeners(this.#trail);
    try {
      await this.#listeners.open();
    } catch (error) {
      await this.#close();
      throw error;
    }
    this.#reopenOnSignal();
    logger.info({ ...this.addresses }, describeAddresses(this.addresses));
    // Whatever stops the service has its report there; the lifecycle this is a component of calls `exit` before.
    this.#stoppable.stopped.then(
      (report) => this.#end(report, answerPatienceMs),
      () => this.#close(),
    );
  }

  async exit(report: ShutdownReport, stop: StopContext): Promise<void> {
    // A hook that is late would make a stop unclean that was clean.
    await this.#end(report, Math.min(answerPatienceMs, stop.deadline.remainingMs() * 0.4));
  }

  async reopenAudit(): Promise<void> {
    await this.#log?.reopen();
  }

  #createListeners(trail: AuditTrail): Listeners {
    const stoppable = this.#stoppable;
    const options = this.#options;
    const { clock, limits } = options;
    const callers = this.#callers;
    const status = createControlStatus({
      stoppable,
      wallTime: () => clock.wallTime(),
      waitingCallers: () => callers.count,
      report: () => callers.final?.report,
    });
    const handlers = createHandlers({
      stoppable,
      options,
      trail,
      hub: this.#hub,
      callers,
      probes: this.#probes,
      exposition: this.#exposition,
      status,
    });
    const traffic = createTraffic(clock, limits);
    return createListeners({ stoppable, options, handlers, traffic, trail, metrics: this.#trafficMetrics });
  }

  #reopenOnSignal(): void {
    const { reopenSignal, signalSource, logger } = this.#options;
    if (this.#log === undefined || reopenSignal === false) return;
    this.#stopReopening = signalSource.on(reopenSignal, () => {
      this.reopenAudit().catch((error: unknown) => {
        logger.error({ err: error }, `${reopenSignal}: the audit log was not opened anew: ${String(error)}`);
      });
    });
  }

  #end(report: ShutdownReport, patienceMs: number): Promise<void> {
    this.#ending ??= this.#answerAndClose(report, patienceMs);
    return this.#ending;
  }

  async #answerAndClose(report: ShutdownReport, patienceMs: number): Promise<void> {
    this.#stopMetrics.finished(report);
    this.#telemetry?.finished(report);
    const answered = this.#callers.finish(report);
    const recorded = this.#trail?.stopped(report);
    this.#listeners?.refuse();
    await this.#within(patienceMs, Promise.all([answered, recorded]));
    // A disk that hangs must not hold the stop.
    await this.#within(patienceMs, this.#close());
  }

  async #close(): Promise<void> {
    this.#stopReopening?.();
    this.#hub.close();
    this.#probes.close();
    this.#stopMetrics.close();
    this.#telemetry?.close();
    await Promise.all([this.#listeners?.close(), this.#log?.close()]);
  }

  async #within(ms: number, promise: Promise<unknown>): Promise<void> {
    let cancel = (): void => {};
    const over = new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(resolve, ms);
      cancel = () => timer.cancel();
    });
    await Promise.race([promise, over]);
    cancel();
  }
}
