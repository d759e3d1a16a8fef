export type { ChainHead } from './audit/audit-line.js';
export {
  type AuditFinding,
  type AuditProblem,
  type AuditVerification,
  type VerifyAuditOptions,
  verifyAudit,
} from './audit/verify-audit.js';
export type { ControlTarget } from './client/control-address.js';
export {
  type ClientShutdownOptions,
  type ControlClient,
  type ControlClientOptions,
  createControlClient,
} from './client/control-client.js';
export type { ControlEvent } from './client/read-events.js';
export type { ControlAddresses } from './component/addresses.js';
export { type ControlServer, controlServer } from './component/control-server.js';
export {
  AuditError,
  ControlConnectionLostError,
  ControlDeniedError,
  ControlError,
  type ControlErrorCode,
  ControlProblemError,
  ControlTimeoutError,
  ControlUnreachableError,
  isControlError,
  type ProblemDetails,
  SocketPathError,
} from './errors.js';
export type { MetricsRegistry } from './metrics/registry.js';
export type { ControlServerOptions, ProbesOptions } from './options/control-options.js';
export type { ControlLimits, Rate } from './options/limits.js';
export type { CheckedProbe, HealthCheck, HealthCheckContext } from './probes/health-check.js';
export { type ProcessIdentity } from './process/process-identity.js';
export type { Role } from './security/roles.js';
export type { ControlToken } from './security/tokens.js';
export type { ControlStatus } from './server/control-status.js';
