export type {
  AddOptions,
  Component,
  ComponentHandle,
  LameDuckPace,
  Progress,
  StartContext,
  StopContext,
  StopHook,
  WorkAccount,
} from './contract/component.js';
export type { StepPermit, StopCoordinator, StopStep, WorkMeter } from './contract/coordinator.js';
export type { Deadline } from './contract/deadline.js';
export type {
  LifecycleEvent,
  LifecycleEventMap,
  LifecycleEventType,
  LifecycleListener,
  SignalEffect,
} from './contract/events.js';
export type { Lifecycle, ReadyOptions } from './contract/lifecycle.js';
export { compareModes, isStopMode, type StopMode } from './contract/modes.js';
export type { Phase } from './contract/phases.js';
export type {
  Climb,
  ComponentDetails,
  ComponentReport,
  CutWork,
  ExitReport,
  HookOutcome,
  HookReport,
  PartReport,
  PartStepReport,
  PhaseOutcome,
  PhaseReport,
  ReportedCutWork,
  ReportedError,
  ReportedNote,
  ShutdownReport,
  StopNote,
  StopOutcome,
  WorkReport,
} from './contract/report.js';
export type {
  ComponentState,
  ComponentStatus,
  LifecycleState,
  LifecycleStatus,
  StopStatus,
} from './contract/status.js';
export type { ShutdownRequest, Stoppable } from './contract/stoppable.js';
export type { Tier } from './contract/tier.js';
export type { WorkToken } from './contract/work-token.js';
export {
  CommitError,
  HookAbortedError,
  isQuiesceError,
  NotReadyError,
  OptionsError,
  ParentGoneError,
  PlanError,
  QuiesceError,
  type QuiesceErrorCode,
  ReadyTimeoutError,
  ShardsError,
  StartError,
  StoppingError,
  WorkCutError,
} from './errors.js';
export { createLifecycle } from './lifecycle/create-lifecycle.js';
export type {
  ExitCodePolicy,
  LifecycleOptions,
  ReserveMs,
  SignalModes,
} from './options/lifecycle-options.js';
export { type Clock, systemClock, type Timer } from './ports/clock.js';
export { createConsoleLogger, type Logger, silentLogger } from './ports/logger.js';
export { processSignals, type SignalSource } from './ports/signal-source.js';
export {
  type ActorOptions,
  type FirstActor,
  type RunGroup,
  type RunGroupResult,
  runGroup,
} from './run-group.js';
