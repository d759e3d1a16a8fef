export { withoutNotifyVariables } from './notify-environment.js';
export type { NotifyState } from './notify-message.js';
export type { SystemdNotifyOptions } from './options.js';
export { type SystemdNotifier, systemdNotify } from './systemd-notify.js';
export type { NotifyTransport } from './transports/transport.js';
