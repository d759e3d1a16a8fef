import type { Role } from '../security/roles.js';
import type { ListenerKind } from './listener-kind.js';

/** One thing the endpoint does. HEAD goes with every GET. */
export interface Route {
  readonly name: RouteName;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The role that is needed on the control listeners. */
  readonly access: Role | 'anyone';
  readonly listeners: readonly ListenerKind[];
  /** Whether every call is put into the audit log. */
  readonly audited: boolean;
}

/** The name of a route; handlers and documentation are kept by it. */
export type RouteName =
  | 'shutdown'
  | 'status'
  | 'events'
  | 'metrics'
  | 'openapi'
  | 'livez'
  | 'readyz'
  | 'startupz'
  | 'healthz';

const control: readonly ListenerKind[] = ['socket', 'tcp'];
const everywhere: readonly ListenerKind[] = ['socket', 'tcp', 'probes'];

/** Everything the endpoint does, and who may do it where. On the listener for probes everybody may do what is there. */
export const routes: readonly Route[] = [
  {
    name: 'shutdown',
    method: 'POST',
    path: '/control/shutdown',
    access: 'operate',
    listeners: control,
    audited: true,
  },
  {
    name: 'status',
    method: 'GET',
    path: '/control/status',
    access: 'observe',
    listeners: control,
    audited: false,
  },
  {
    name: 'events',
    method: 'GET',
    path: '/control/events',
    access: 'observe',
    listeners: control,
    audited: false,
  },
  {
    name: 'openapi',
    method: 'GET',
    path: '/openapi.json',
    access: 'observe',
    listeners: control,
    audited: false,
  },
  {
    name: 'metrics',
    method: 'GET',
    path: '/metrics',
    access: 'observe',
    listeners: everywhere,
    audited: false,
  },
  { name: 'livez', method: 'GET', path: '/livez', access: 'anyone', listeners: everywhere, audited: false },
  { name: 'readyz', method: 'GET', path: '/readyz', access: 'anyone', listeners: everywhere, audited: false },
  {
    name: 'startupz',
    method: 'GET',
    path: '/startupz',
    access: 'anyone',
    listeners: everywhere,
    audited: false,
  },
  {
    name: 'healthz',
    method: 'GET',
    path: '/healthz',
    access: 'anyone',
    listeners: everywhere,
    audited: false,
  },
];
