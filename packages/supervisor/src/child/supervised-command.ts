import { randomUUID } from 'node:crypto';
import type { Component, ShutdownReport, StartContext, StopContext, StopMode } from '@quiesce/core';
import { ChildEndedError, ChildNotReadyError, ChildUncleanError, CommandError } from '../errors.js';
import { followConnections, readInTime } from '../nats/follow-connections.js';
import { describeNatsState, type NatsState } from '../nats/nats-monitoring.js';
import { signalGroup, signalProcess } from '../processes/send-signal.js';
import { isCleanExit } from '../stop/judge-exit.js';
import type { ExitFacts } from '../stop/resolve-exit.js';
import { createSignalSteps, type SignalSteps } from '../stop/signal-steps.js';
import type { StepRecord } from '../stop/step-record.js';
import type { ResolvedSupervisorOptions } from '../supervisor/resolve-supervisor-options.js';
import { createChildEnvironment } from './child-environment.js';
import { type ChildExit, describeExit } from './child-exit.js';
import { type CommandFamily, createCommandFamily } from './command-family.js';
import { passOn } from './pass-on.js';
import { type Child, spawnChild } from './spawn-child.js';

/** Whom a supervised command tells. */
export interface CommandPorts {
  /** When the stop was asked for, in milliseconds of the clock; undefined while none was. */
  stopBegunMs(): number | undefined;
  /** Whether the command has been ready. */
  isReady(): boolean;
  /** The command has ended by itself: everything stops. */
  ended(error?: Error): void;
}

/** What the report says of a supervised command, as the details of its component. */
export interface CommandDetails {
  readonly pid: number;
  readonly command: readonly string[];
  readonly profile: string;
  /** Null while it is running. */
  readonly exit: ChildExit | null;
  readonly steps: readonly StepRecord[];
  /** What monitoring told when the stop was asked for. */
  readonly before?: NatsState;
}

/**
 * A command as a component of a lifecycle.
 *
 * ```
 *  announce: what monitoring tells now is kept       (readiness is red, everything is still served)
 *  refuse:   the first signal of the mode ─┐
 *  drain:    the end of the command, or the further signals, each with its share of the time up to the drain's end
 *  persist:  after last-ditch only: the signals of that mode
 *  release:  the end of the command; then what it left behind is ended
 *  abort:    SIGKILL to all of it                    (the deadline, or force)
 * ```
 */
export class SupervisedCommand implements Component {
  readonly name = 'child';
  readonly #options: ResolvedSupervisorOptions;
  readonly #ports: CommandPorts;
  readonly #runId: string = randomUUID();
  readonly #steps: SignalSteps;
  readonly #over: Promise<ChildExit>;
  #resolveOver!: (exit: ChildExit) => void;
  #child: Child | undefined;
  #family: CommandFamily | undefined;
  #before: NatsState | undefined;
  #notRun: ExitFacts['notRun'];
  #endedByItself: ChildExit | undefined;
  /** The mode whose first signal was sent. */
  #begun: StopMode | undefined;
  #isJudged = false;

  constructor(options: ResolvedSupervisorOptions, ports: CommandPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
    this.#steps = createSignalSteps({
      clock: options.clock,
      exited: this.#over,
      isGone: () => this.#child?.exit !== undefined,
      send: (signal) => this.#send(signal),
      stopBegunMs: () => ports.stopBegunMs() ?? options.clock.now(),
    });
  }

  /** Set once the command has been started. */
  get child(): Child | undefined {
    return this.#child;
  }

  /** What the exit code of the supervisor follows from. */
  get exitFacts(): ExitFacts {
    const { policy } = this.#options;
    return { notRun: this.#notRun, endedByItself: this.#endedByItself, exit: this.#child?.exit, policy };
  }

  async start(_context: StartContext): Promise<void> {
    const { command, args, cwd, env, readiness, logger, profile } = this.#options;
    const environment = createChildEnvironment(this.#runId, env);
    try {
      const isRead = readiness?.kind === 'log';
      this.#child = await spawnChild({ command, args, cwd, environment, isRead });
    } catch (error) {
      if (error instanceof CommandError) this.#notRun = error.exitCode;
      throw error;
    }
    const { pid, stdout, stderr, exited } = this.#child;
    this.#family = createCommandFamily(pid, this.#runId, this.#options);
    if (stdout !== null) passOn(stdout, process.stdout);
    if (stderr !== null) passOn(stderr, process.stderr);
    logger.info({ pid, profile: profile.name }, `started ${command} as pid ${pid} (profile ${profile.name})`);
    void exited.then((exit) => this.#ended(exit));
  }

  async announce(stop: StopContext): Promise<void> {
    const { monitoring, clock } = this.#options;
    this.#tell(stop);
    this.#family?.prepare();
    if (monitoring === undefined || this.#exit !== undefined) return;
    this.#before = await readInTime(monitoring, { clock, signal: stop.signal });
    this.#tell(stop);
  }

  refuse(stop: StopContext): void {
    if (stop.mode === 'force' || this.#exit !== undefined) return;
    this.#begun = stop.mode;
    this.#steps.begin(this.#options.profile.modes[stop.mode]?.steps ?? []);
    stop.progress({ message: `${[...this.#steps.sent].at(-1)} was sent` });
  }

  async drain(stop: StopContext): Promise<void> {
    const watching = new AbortController();
    try {
      await this.#steps.follow({
        deadline: stop.deadline,
        signal: stop.signal,
        hurry: stop.lameDuck?.signal,
        connectionsGone: this.#followConnections(stop, AbortSignal.any([stop.signal, watching.signal])),
      });
    } finally {
      watching.abort();
      this.#tell(stop);
    }
    this.#judge(stop);
  }

  async persist(stop: StopContext): Promise<void> {
    if (stop.mode === 'last-ditch' && this.#exit === undefined) {
      const { steps = [] } = this.#options.profile.modes['last-ditch'] ?? {};
      // A stop that began in this mode has sent the first of them already.
      if (this.#begun !== 'last-ditch') this.#steps.begin(steps);
      await this.#steps.follow({ deadline: stop.deadline, signal: stop.signal });
    }
    this.#tell(stop);
    this.#judge(stop);
  }

  async release(stop: StopContext): Promise<void> {
    if (this.#exit === undefined) {
      await this.#steps.follow({ deadline: stop.stopDeadline, signal: stop.signal });
      this.#tell(stop);
      if (this.#exit === undefined) return;
    }
    try {
      this.#judge(stop);
    } finally {
      await this.#family?.end(stop);
    }
  }

  abort(): void {
    if (this.#child === undefined) return;
    if (this.#exit === undefined) this.#steps.sendNow('SIGKILL');
    this.#family?.kill();
  }

  async exit(_report: ShutdownReport, stop: StopContext): Promise<void> {
    if (this.#child === undefined) return;
    await this.whenOver(stop);
    this.#tell(stop);
  }

  /** Resolves when the command has ended, or the hook has to. */
  async whenOver({ signal }: StopContext): Promise<void> {
    if (this.#child === undefined) return;
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.#over, aborted]);
  }

  /** What is known of the command now. */
  get details(): CommandDetails | undefined {
    if (this.#child === undefined) return undefined;
    const { command, args, profile } = this.#options;
    return {
      pid: this.#child.pid,
      command: [command, ...args],
      profile: profile.name,
      exit: this.#exit ?? null,
      steps: this.#steps.records,
      ...(this.#before === undefined ? {} : { before: this.#before }),
    };
  }

  /** Passes on a signal that is no stop signal. */
  forward(signal: NodeJS.Signals): void {
    if (this.#child !== undefined && this.#exit === undefined) this.#send(signal);
  }

  get #exit(): ChildExit | undefined {
    return this.#child?.exit;
  }

  #tell(stop: StopContext): void {
    if (this.details !== undefined) stop.detail({ ...this.details });
  }

  #send(signal: NodeJS.Signals): StepRecord['to'] {
    const { kill, logger } = this.#options;
    const pid = this.#child?.pid ?? 0;
    const isToGroup = kill === 'group' || (signal === 'SIGKILL' && kill === 'mixed');
    const to = isToGroup ? 'group' : 'process';
    // The pid is the child's until this process has reaped it, which it tells at once.
    if (pid > 0) (isToGroup ? signalGroup : signalProcess)(pid, signal);
    logger.info(
      { signal, pid, to },
      `sent ${signal} to ${isToGroup ? `the group of pid ${pid}` : `pid ${pid}`}`,
    );
    return to;
  }

  #ended(exit: ChildExit): void {
    this.#options.logger.info({ ...exit }, `the command ended with ${describeExit(exit)}`);
    this.#resolveOver(exit);
    if (this.#ports.stopBegunMs() !== undefined) return;
    this.#endedByItself = exit;
    // Daemons make their session after the process that started them has ended, so that nothing tells them from a
    // helper that was forgotten; who runs on purpose says `kill: 'process'`.
    const isAlone = exit.code !== 0 || this.#options.kill === 'process';
    const left = isAlone ? [] : (this.#family?.find() ?? []);
    if (left.length > 0) {
      const pids = left.map(({ pid, command }) => `${pid} (${command})`).join(', ');
      const message =
        `the command went to the background: it ended with 0, and left pid ${pids} running. ` +
        `Run it in the foreground`;
      this.#ports.ended(new ChildNotReadyError(message));
    } else if (exit.code === 0 && !this.#ports.isReady()) {
      this.#ports.ended(new ChildNotReadyError('the command ended with 0 before it was ready'));
    } else if (exit.code === 0) this.#ports.ended();
    else this.#ports.ended(new ChildEndedError(exit, 'without being asked to'));
  }

  #followConnections(stop: StopContext, signal: AbortSignal): Promise<void> | undefined {
    const { monitoring, clock } = this.#options;
    if (monitoring === undefined || this.#exit !== undefined) return undefined;
    const changed = (state: NatsState): void =>
      stop.progress({ message: describeNatsState(state), remaining: state.connections });
    const gone = followConnections(monitoring, { clock, signal, changed });
    // A server without a client ends its lame duck by itself, after it has moved its raft leaders away.
    const hadSome = (this.#before?.connections ?? 0) > 0;
    return hadSome ? gone : undefined;
  }

  /** Fails the hook in which the end of the command is seen, when that was not clean. */
  #judge(stop: StopContext): void {
    const exit = this.#exit;
    if (exit === undefined || this.#isJudged) return;
    this.#isJudged = true;
    // That one has been told already, and decides the outcome by itself.
    if (this.#endedByItself !== undefined) return;
    const { profile } = this.#options;
    if (!isCleanExit(exit, profile, this.#steps.sent)) {
      const error = new ChildUncleanError(exit, profile.name);
      stop.note({ code: 'child-unclean', message: error.message });
      throw error;
    }
    if (exit.signal !== null) {
      const message = `died by ${exit.signal}: it has no handler, so it cannot be told whether it had work in flight`;
      stop.note({ code: 'died-by-signal', message });
    }
  }
}
