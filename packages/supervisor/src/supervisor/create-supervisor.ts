import { type ControlAddresses, type ControlServer, controlServer } from '@quiesce/control';
import {
  type Component,
  type ComponentHandle,
  type SignalModes as CoreSignalModes,
  createLifecycle,
  type Lifecycle,
  type LifecycleEventType,
  type LifecycleListener,
  type LifecycleStatus,
  OptionsError,
  type ReadyOptions,
  type ShutdownReport,
  type ShutdownRequest,
  type Stoppable,
} from '@quiesce/core';
import { SupervisedCommand } from '../child/supervised-command.js';
import { profileModes, type StopProfile } from '../profiles/stop-profile.js';
import { createReadiness, type Readiness } from '../readiness/readiness-component.js';
import { resolveExit } from '../stop/resolve-exit.js';
import { forwardSignals } from './forward-signals.js';
import {
  checkMode,
  type ResolvedSupervisorOptions,
  resolveSupervisorOptions,
} from './resolve-supervisor-options.js';
import type { SupervisorOptions } from './supervisor-options.js';

/** A command that is run and stopped as a service. */
export interface Supervisor extends Stoppable {
  readonly profile: StopProfile;
  /** The command's process; undefined before it was started. */
  readonly childPid: number | undefined;
  /** Where its control endpoint can be reached, once it has started. */
  readonly addresses: ControlAddresses;
  /** Aborts when the stop begins. */
  readonly signal: AbortSignal;
  /** Starts the control endpoint and the command. Rejects with a `StartError` after all was stopped again. */
  start(): Promise<void>;
  /** Resolves when the command is ready. Rejects with `ReadyTimeoutError` or `NotReadyError`. */
  ready(options?: ReadyOptions): Promise<void>;
  /** Starts, waits for the stop and ends this process (unless `exit` is `false`: then it resolves). */
  run(): Promise<ShutdownReport>;
  /**
   * Adds a component that lives with the supervisor, such as who tells a service manager of it. It starts before the
   * command and is stopped after it.
   */
  add(component: Component): ComponentHandle;
}

/**
 * Creates the supervisor of a command. Nothing is started, and nothing registered with the process, before `start()` or
 * `run()`.
 * @throws OptionsError, PlanError
 */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new CommandSupervisor(resolveSupervisorOptions(options));
}

/** Puts the parts together; each part has its own file. */
class CommandSupervisor implements Supervisor {
  readonly #options: ResolvedSupervisorOptions;
  readonly #lifecycle: Lifecycle;
  readonly #command: SupervisedCommand;
  readonly #control: ControlServer | undefined;
  readonly #readiness: Readiness | undefined;
  readonly #before: ComponentHandle[] = [];
  #stopBegunMs: number | undefined;
  #isWired = false;

  constructor(options: ResolvedSupervisorOptions) {
    this.#options = options;
    this.#command = new SupervisedCommand(options, {
      stopBegunMs: () => this.#stopBegunMs,
      isReady: () => this.#readiness === undefined || this.status().ready,
      // What is announced, and what is drained, is gone: nothing is left to wait for.
      ended: (error) => void this.#lifecycle.shutdown({ mode: 'last-ditch', reason: 'child-ended', error }),
    });
    this.#lifecycle = createLifecycle({
      ...options.lifecycle,
      name: options.name,
      logger: options.logger,
      signals: options.signals ? toSignalModes(options) : false,
      reserveMs: resolveReserves(options.profile),
      overrideExit: (outcome) => resolveExit(outcome, this.#command.exitFacts),
    });
    this.#lifecycle.on('stop', ({ atMs }) => {
      this.#stopBegunMs = atMs;
    });
    const { readiness, startTimeoutMs: timeoutMs, clock } = options;
    if (readiness !== undefined) {
      const child = (): SupervisedCommand['child'] => this.#command.child;
      this.#readiness = createReadiness(readiness, { clock, timeoutMs, child });
    }
    this.#control = options.control === false ? undefined : this.#createControl(options.control);
    if (this.#control !== undefined) this.#before.push(this.#lifecycle.add(this.#answerLast(this.#control)));
  }

  get name(): string {
    return this.#options.name;
  }

  get profile(): StopProfile {
    return this.#options.profile;
  }

  get childPid(): number | undefined {
    return this.#command.child?.pid;
  }

  get addresses(): ControlAddresses {
    return this.#control?.addresses ?? {};
  }

  get signal(): AbortSignal {
    return this.#lifecycle.signal;
  }

  get stopped(): Promise<ShutdownReport> {
    return this.#lifecycle.stopped;
  }

  add(component: Component): ComponentHandle {
    if (this.#isWired) {
      throw new OptionsError('component', 'must be added before the supervisor is started', component.name);
    }
    const handle = this.#lifecycle.add(component);
    this.#before.push(handle);
    return handle;
  }

  start(): Promise<void> {
    this.#wire();
    return this.#lifecycle.start();
  }

  run(): Promise<ShutdownReport> {
    this.#wire();
    return this.#lifecycle.run();
  }

  ready(options?: ReadyOptions): Promise<void> {
    return this.#lifecycle.ready(options);
  }

  status(): LifecycleStatus {
    return this.#lifecycle.status();
  }

  async shutdown(request: ShutdownRequest = {}): Promise<ShutdownReport> {
    // Before anything has been stopped: a mode that the program lacks is no other mode.
    if (request.mode !== undefined) checkMode(request.mode, this.#options.profile);
    return this.#lifecycle.shutdown(request);
  }

  on<Type extends LifecycleEventType>(type: Type, listener: LifecycleListener<Type>): () => void {
    return this.#lifecycle.on(type, listener);
  }

  /** What was added starts first, then the command, then its readiness is waited for. */
  #wire(): void {
    if (this.#isWired) return;
    this.#isWired = true;
    this.#readiness?.prepare();
    const command = this.#lifecycle.add(this.#command, { dependsOn: this.#before });
    if (this.#readiness !== undefined) {
      this.#lifecycle.add(this.#readiness.component, { dependsOn: [command] });
    }
    if (this.#options.signals) {
      const stop = forwardSignals(this.#options.signalSource, toSignalModes(this.#options), (signal) =>
        this.#command.forward(signal),
      );
      void this.stopped.then(stop);
    }
  }

  #createControl(given: Exclude<ResolvedSupervisorOptions['control'], false>): ControlServer {
    const { logger, clock, profile } = this.#options;
    return controlServer(this, {
      logger,
      clock,
      ...given,
      ldm: profile.modes['lame-duck'] === undefined ? 'last-ditch' : 'lame-duck',
      checks: [...(this.#readiness?.checks ?? []), ...(given.checks ?? [])],
    });
  }

  /** Whoever waits is answered when the command has ended, also when it was killed a moment ago. */
  #answerLast(control: ControlServer): Component {
    return {
      name: control.name,
      start: (context) => control.start(context),
      exit: async (report, stop) => {
        await this.#command.whenOver(stop);
        await control.exit(completeReport(report, this.#command), stop);
      },
    };
  }
}

function completeReport(report: ShutdownReport, { name, details }: SupervisedCommand): ShutdownReport {
  const components = report.components.map((component) =>
    component.name === name && details !== undefined ? { ...component, details: { ...details } } : component,
  );
  return { ...report, components };
}

/**
 * SIGTERM and SIGINT begin the mode that was chosen; another signal, with which the program itself would begin a mode,
 * begins that mode.
 */
function toSignalModes({ mode, profile }: ResolvedSupervisorOptions): CoreSignalModes {
  const own = profileModes.toReversed().flatMap((each) => {
    const signal = profile.modes[each]?.steps[0].signal;
    return signal === undefined ? [] : [[signal, each]];
  });
  return { ...(Object.fromEntries(own) as CoreSignalModes), SIGTERM: mode, SIGINT: mode };
}

/** Time is kept back for last-ditch only where that has a signal of its own, which might still help. */
function resolveReserves({ modes }: StopProfile): { readonly persist?: number } {
  const gentle = new Set(
    [...modes.graceful.steps, ...(modes['lame-duck']?.steps ?? [])].map(({ signal }) => signal),
  );
  const steps = modes['last-ditch']?.steps ?? [];
  return steps.some(({ signal }) => !gentle.has(signal)) ? {} : { persist: 0 };
}
