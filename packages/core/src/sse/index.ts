export {
  type EndlessResponse,
  type EventStreams,
  type EventStreamsOptions,
  eventStreams,
  type OpenStreamOptions,
} from './event-streams.js';
