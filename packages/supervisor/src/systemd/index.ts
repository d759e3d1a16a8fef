export {
  type NotifyEnvironment,
  readNotifyEnvironment,
  withoutNotifyVariables,
} from './notify-environment.js';
export type { NotifyState } from './notify-message.js';
export type { NotifyTransport } from './notify-sender.js';
