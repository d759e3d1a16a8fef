export type { Clock, Timer } from './clock.js';
export type {
  AddOptions,
  Component,
  ComponentHandle,
  CutWork,
  LameDuckPace,
  Progress,
  StartContext,
  StopContext,
  StopHook,
  StopNote,
  Tier,
  WorkAccount,
} from './component.js';
export {
  HookAbortedError,
  isQuiesceError,
  NotReadyError,
  OptionsError,
  PlanError,
  QuiesceError,
  type QuiesceErrorCode,
  ReadyTimeoutError,
  StartError,
  StoppingError,
  WorkCutError,
} from './errors.js';
export { createLifecycle } from './lifecycle/create-lifecycle.js';
export type {
  LifecycleEvent,
  LifecycleEventMap,
  LifecycleEventType,
  LifecycleListener,
  SignalEffect,
} from './lifecycle/events.js';
export type { Lifecycle, ReadyOptions } from './lifecycle/lifecycle.js';
export type {
  ComponentState,
  ComponentStatus,
  LifecycleState,
  LifecycleStatus,
  StopStatus,
} from './lifecycle/status.js';
export { type Logger, silentLogger } from './logger.js';
export type {
  ExitCodePolicy,
  LifecycleOptions,
  ReserveMs,
  SignalModes,
} from './options/lifecycle-options.js';
export type { SignalSource } from './process/signal-source.js';
export type {
  Climb,
  ComponentReport,
  ExitReport,
  HookOutcome,
  HookReport,
  PhaseOutcome,
  PhaseReport,
  ReportedCutWork,
  ReportedError,
  ReportedNote,
  ShutdownReport,
  StopOutcome,
  WorkReport,
} from './report/report.js';
export {
  type ActorOptions,
  type FirstActor,
  type RunGroup,
  type RunGroupResult,
  runGroup,
} from './run-group.js';
export type { Deadline } from './stop/deadline.js';
export { compareModes, isStopMode, type StopMode } from './stop/modes.js';
export type { Phase } from './stop/phases.js';
export type { ShutdownRequest, Stoppable } from './stoppable.js';
export type { WorkToken } from './work/work-tokens.js';
