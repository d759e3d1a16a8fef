import { createRegistry } from '../components/registry.js';
import type { AddOptions, Component, ComponentHandle } from '../contract/component.js';
import type { StopCoordinator } from '../contract/coordinator.js';
import type { LifecycleEvent, LifecycleEventType, LifecycleListener } from '../contract/events.js';
import type { Lifecycle, ReadyOptions } from '../contract/lifecycle.js';
import type { ShutdownReport } from '../contract/report.js';
import type { LifecycleState, LifecycleStatus } from '../contract/status.js';
import type { ShutdownRequest } from '../contract/stoppable.js';
import type { WorkToken } from '../contract/work-token.js';
import { NotReadyError, OptionsError, StartError } from '../errors.js';
import { createEmitter } from '../events/emitter.js';
import { logEvents } from '../events/log-events.js';
import { checkDuration, checkPort } from '../options/checks.js';
import type { LifecycleOptions } from '../options/lifecycle-options.js';
import {
  type ResolvedLifecycleOptions,
  resolveLifecycleOptions,
} from '../options/resolve-lifecycle-options.js';
import { endProcess } from '../process/end-process.js';
import { createStateFile } from '../process/state-file.js';
import { createReadiness } from '../start/readiness.js';
import { giveUpStart, skip } from '../start/start-component.js';
import { createStarter } from '../start/starter.js';
import { createWorkTokens } from '../work/work-tokens.js';
import { createHostProcess, type HostProcess } from './host-process.js';
import { createStopper } from './stopper.js';
import { toStatus } from './to-status.js';

/**
 * Creates the lifecycle of a service. Nothing is registered with the process before `start()` or `run()`.
 * @throws OptionsError for an option that is not as it must be; PlanError when the times cannot all fit
 */
export function createLifecycle(options: LifecycleOptions): Lifecycle {
  return new ServiceLifecycle(resolveLifecycleOptions(options));
}

/** Puts the parts together; each part has its own file. */
class ServiceLifecycle implements Lifecycle {
  readonly #options: ResolvedLifecycleOptions;
  readonly #stopBegun = new AbortController();
  readonly #registry = createRegistry();
  readonly #tokens: ReturnType<typeof createWorkTokens>;
  readonly #emitter: ReturnType<typeof createEmitter>;
  readonly #readiness: ReturnType<typeof createReadiness>;
  readonly #starter: ReturnType<typeof createStarter>;
  readonly #stopper: ReturnType<typeof createStopper>;
  readonly #host: HostProcess;
  readonly #stateFile: ReturnType<typeof createStateFile> | undefined;
  #state: LifecycleState = 'idle';
  #previousStop: 'killed' | undefined;
  #startFailure: StartError | undefined;
  #starting: Promise<void> | undefined;
  #endsProcess = false;
  #coordinator: StopCoordinator | undefined;

  constructor(options: ResolvedLifecycleOptions) {
    const { clock, logger, stateFile } = options;
    this.#options = options;
    this.#tokens = createWorkTokens(clock);
    this.#emitter = createEmitter(clock, logger);
    logEvents(this.#emitter, logger, options.signals !== false);
    this.#stateFile = stateFile === undefined ? undefined : createStateFile(stateFile, logger);
    this.#starter = createStarter({
      emitter: this.#emitter,
      signal: this.#stopBegun.signal,
      started: (node) => this.#stopper.run?.join(node),
      failed: (node, error) => this.#startFailed(node.name, error),
      failedLater: ({ name }, error) =>
        this.#stopper.request({
          reason: `component-failed:${name}`,
          error: error ?? new Error('failed with nothing'),
        }),
    });
    this.#readiness = createReadiness(clock, () => this.#starter.startingNames);
    this.#stopper = this.#createStopper();
    this.#host = this.#createHost();
  }

  get name(): string {
    return this.#options.name;
  }

  get signal(): AbortSignal {
    return this.#stopBegun.signal;
  }

  get stopped(): Promise<ShutdownReport> {
    return this.#stopper.stopped;
  }

  add(component: Component, options: AddOptions = {}): ComponentHandle {
    const node = this.#registry.add(component, options);
    const hasStart = component.start !== undefined;
    const isOver = this.#state === 'stopped' || (this.#state === 'stopping' && hasStart);
    if (isOver)
      skip(node, new StartError(node.name, 'was not started: it was added after the stop had begun'));
    else if (this.#state === 'stopping') this.#stopper.run?.join(node);
    if (this.#state === 'starting' || this.#state === 'running') this.#starter.start(node);
    return node;
  }

  start(): Promise<void> {
    return this.#start(false);
  }

  ready({ timeoutMs }: ReadyOptions = {}): Promise<void> {
    return this.#readiness.wait(checkDuration('timeoutMs', timeoutMs));
  }

  async run(): Promise<ShutdownReport> {
    if (this.#options.exit !== false) this.#endWhenStopped();
    // After a `start()` of its own, what only `run()` registers is still to come.
    if (this.#state === 'starting' || this.#state === 'running') this.#host.attach(true);
    try {
      await this.#start(true);
      if (this.#state === 'running') this.#host.watch();
    } catch {
      // The stop that follows a failed start, or that came before it, has it in its report.
    }
    return this.stopped;
  }

  async shutdown(request: ShutdownRequest = {}): Promise<ShutdownReport> {
    this.#stopper.request(request);
    return this.stopped;
  }

  enter(name: string): WorkToken {
    return this.#tokens.enter(name);
  }

  on<Type extends LifecycleEventType>(type: Type, listener: LifecycleListener<Type>): () => void {
    return this.#emitter.on(type, listener);
  }

  coordinate(coordinator: StopCoordinator): void {
    checkPort('coordinator', coordinator, ['mayBegin', 'ended', 'mayEndDrain']);
    if (this.#options.signals !== false) {
      throw new OptionsError('signals', 'must be false in a lifecycle that another one leads', 'signals');
    }
    if (this.#coordinator !== undefined || this.#stopper.run !== undefined) {
      throw new OptionsError(
        'coordinator',
        'must be the only one, and be there before the stop',
        coordinator,
      );
    }
    this.#coordinator = coordinator;
  }

  events(): AsyncIterableIterator<LifecycleEvent> {
    return this.#emitter.events();
  }

  status(): LifecycleStatus {
    return toStatus({
      options: this.#options,
      state: this.#state,
      tokens: this.#tokens,
      nodes: this.#registry.nodes,
      run: this.#stopper.run,
      previousStop: this.#previousStop,
    });
  }

  #start(isRun: boolean): Promise<void> {
    if (this.#starting === undefined && this.#state !== 'idle') {
      return Promise.reject(new NotReadyError(`"${this.name}" cannot be started: it was stopped before`));
    }
    this.#starting ??= this.#startAll(isRun);
    return this.#starting;
  }

  async #startAll(isRun: boolean): Promise<void> {
    this.#previousStop = this.#stateFile?.takePreviousStop();
    if (this.#previousStop === 'killed') {
      const { stateFile } = this.#options;
      this.#options.logger.warn(
        { stateFile },
        'the stop before this start was killed before it came to its end',
      );
    }
    if (this.#options.exit === true) this.#endWhenStopped();
    this.#host.attach(isRun);
    this.#setState('starting');
    for (const node of this.#registry.nodes) this.#starter.start(node);
    // A start hook that never settles ends with the stop: whoever waits for the start must hear of it.
    await Promise.race([this.#starter.settled(), this.stopped]);
    const failure = this.#startFailure;
    if (failure !== undefined) {
      const report = await this.stopped;
      throw new StartError(failure.component, 'failed to start', { cause: failure.cause, report });
    }
    if (this.#stopper.run !== undefined)
      throw new NotReadyError('the stop came before the service was ready');
    this.#host.watch();
    this.#setState('running');
    this.#readiness.becomeReady();
  }

  #startFailed(component: string, cause: unknown): void {
    // In a running service a component that was added and failed concerns whoever added it, not everybody.
    if (this.#state !== 'starting') return;
    this.#startFailure = new StartError(component, 'failed to start', { cause });
    this.#stopper.request({ reason: 'start-failed', error: this.#startFailure });
  }

  #createStopper(): ReturnType<typeof createStopper> {
    return createStopper({
      options: this.#options,
      emitter: this.#emitter,
      tokens: this.#tokens,
      nodes: this.#registry.nodes,
      stateFile: this.#stateFile,
      observer: () => this.#host.watch(),
      startsSettled: () => this.#starter.settled(),
      coordinator: () => this.#coordinator,
      wasReady: () => this.#readiness.wasReady,
      previousStop: () => this.#previousStop,
      stopping: () => {
        this.#host.outliveOutput(this.#endsProcess);
        this.#setState('stopping');
        this.#readiness.stop();
        this.#stopBegun.abort();
      },
      reported: (report) => this.#reported(report),
    });
  }

  #createHost(): HostProcess {
    return createHostProcess(this.#options, {
      mode: () => this.#stopper.run?.ladder.mode,
      stop: (mode, reason) => this.#stopper.request({ mode, reason }),
      climb: (mode, reason) => this.#stopper.run?.climb(mode, reason) ?? false,
      tell: (signal, effect) => this.#emitter.emit('signal', { signal, effect }),
      crashed: (error, origin, mode) => this.#crashed(error, origin, mode),
      outputBroken: (stream, error) =>
        this.#stopper.run?.note({ code: 'output-broken', message: `${stream}: ${error.message}` }),
      watchdog: { nodes: this.#registry.nodes, snapshot: () => this.#stopper.snapshot() },
    });
  }

  #crashed(error: unknown, origin: string, crashMode: 'graceful' | 'last-ditch'): void {
    this.#options.logger.error({ err: error, origin }, `${origin}: ${describe(error)}`);
    // A stop that runs goes on in its mode: what it was about to persist would be lost by climbing.
    const mode = this.#stopper.run?.ladder.mode ?? crashMode;
    this.#stopper.request({ mode, reason: 'crash', error: error ?? new Error(`${origin} with nothing`) });
  }

  #reported(report: ShutdownReport): void {
    this.#setState('stopped');
    for (const node of this.#registry.nodes) giveUpStart(node);
    this.#emitter.emit('report', { report });
    this.#emitter.close();
    // A process that is about to end keeps its handlers: a signal now must not change its exit code.
    if (!this.#endsProcess) this.#host.detach();
  }

  #endWhenStopped(): void {
    if (this.#endsProcess) return;
    this.#endsProcess = true;
    const { clock, logger } = this.#options;
    void this.stopped.then((report) => endProcess(report, clock, logger));
  }

  #setState(state: LifecycleState): void {
    this.#state = state;
    this.#emitter.emit('state', { state });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
