export type { FarewellWordsOptions, WebSocketServerOptions } from './options.js';
export { type SocketIoConnection, type SocketIoServerLike, socketIoServer } from './socket-io-server.js';
export {
  type WebSocketComponent,
  type WebSocketLike,
  type WebSocketServerLike,
  webSocketServer,
} from './web-socket-server.js';
