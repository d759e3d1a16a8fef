export type { ChildExit } from './child/child-exit.js';
export type { CommandDetails } from './child/supervised-command.js';
export {
  ChildEndedError,
  ChildNotReadyError,
  ChildUncleanError,
  CommandError,
  isSupervisorError,
  LeftBehindError,
  SupervisorError,
  type SupervisorErrorCode,
} from './errors.js';
export type { NatsState } from './nats/nats-monitoring.js';
export type { KillMode } from './processes/send-signal.js';
export { chooseProfile } from './profiles/choose-profile.js';
export { parseProfile } from './profiles/parse-profile.js';
export { stopProfiles } from './profiles/profiles.js';
export { isProfilePath, readProfile } from './profiles/read-profile.js';
export type {
  CleanExits,
  ModeProfile,
  ProfileMode,
  ProfileSource,
  StopProfile,
  StopStep,
} from './profiles/stop-profile.js';
export type { ReadinessOptions, ResolvedReadiness } from './readiness/readiness-options.js';
export { parseReadiness } from './readiness/resolve-readiness.js';
export type { StepRecord } from './stop/step-record.js';
export { createSupervisor, type Supervisor } from './supervisor/create-supervisor.js';
export type { SupervisorOptions } from './supervisor/supervisor-options.js';
