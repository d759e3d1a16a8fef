export {
  ControlConnectionLostError,
  ControlDeniedError,
  ControlError,
  type ControlErrorCode,
  ControlProblemError,
  ControlTimeoutError,
  ControlUnreachableError,
  isControlError,
  type ProblemDetails,
} from '../errors.js';
export {
  isRunning,
  type ProcessIdentity,
  readProcessIdentity,
  sharesPidNamespace,
} from '../process/process-identity.js';
export { type WaitForEndOptions, waitForProcessEnd } from '../process/wait-for-end.js';
export type { ControlStatus } from '../server/control-status.js';
export {
  type FoundSocket,
  findSocket,
  listRuntimeDirectories,
  listSockets,
} from '../socket/runtime-directory.js';
export type { ControlTarget } from './control-address.js';
export {
  type ClientShutdownOptions,
  type ControlClient,
  type ControlClientOptions,
  createControlClient,
} from './control-client.js';
export type { ControlEvent } from './read-events.js';
