import type { OptionSpec } from '../command/command-spec.js';

/** The options of `quiesce run`. Durations are in seconds. */
export const runOptions: readonly OptionSpec[] = [
  { name: 'name', value: 'NAME', summary: 'the name of the service', standard: "the program's" },
  {
    name: 'profile',
    value: 'PROFILE',
    summary: 'how the program wants to be stopped: a name of quiesce profiles, or a file',
    standard: "chosen by the program's name",
  },
  {
    name: 'mode',
    value: 'MODE',
    summary: 'what SIGTERM and SIGINT begin: graceful, lame-duck, last-ditch or force',
    standard: 'graceful',
  },
  { name: 'timeout', value: 'SECONDS', summary: 'from the request to the end', standard: '25' },
  {
    name: 'announce',
    value: 'SECONDS',
    summary: 'how long readiness is red before the first stop signal',
    standard: '0',
  },
  {
    name: 'platform-grace',
    value: 'SECONDS',
    summary: 'what the platform gives before SIGKILL; a timeout that does not fit is refused',
  },
  {
    name: 'shutdown-exit-code',
    value: 'POLICY',
    alsoSpelled: 'shutdown_exit_code',
    summary: 'the exit code of a clean stop: legacy, 0 or 1',
    standard: '0, and 128+n where the program died by a signal',
  },
  {
    name: 'ready',
    value: 'WHERE',
    summary: 'when the program is ready: http://…, tcp:[HOST:]PORT, log:REGEX, file:PATH or none',
    standard: 'at once; for nats-server its monitoring, if it has one',
  },
  { name: 'start-timeout', value: 'SECONDS', summary: 'how long that may take', standard: '60' },
  {
    name: 'kill',
    value: 'WHOM',
    summary: 'whom signals go to: mixed, group or process',
    standard: 'mixed',
  },
  {
    name: 'socket',
    value: 'PATH',
    summary: 'the Unix socket of the control endpoint',
    standard: 'NAME.sock in the runtime directory',
  },
  { name: 'control-port', value: 'PORT', summary: 'a port on 127.0.0.1 for callers with a token' },
  { name: 'token-file', value: 'FILE', summary: 'holds the token for --control-port' },
  {
    name: 'token-role',
    value: 'ROLE',
    summary: 'what that token may do: observe, operate or force',
    standard: 'operate',
  },
  { name: 'probes', value: '[HOST:]PORT', summary: 'where probes and metrics are served to everybody' },
  { name: 'report', value: 'FILE', summary: 'where the report of the stop is written' },
  { name: 'audit', value: 'FILE', summary: 'where the audit log of the control endpoint is written' },
  { name: 'state', value: 'FILE', summary: 'by which the next start knows that a stop was killed' },
];
