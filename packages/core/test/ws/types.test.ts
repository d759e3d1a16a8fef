import type {
  SocketIoConnection,
  SocketIoServerLike,
  WebSocketLike,
  WebSocketServerLike,
} from '@quiesce/core/ws';
import { Server, type Socket } from 'socket.io';
import { expectTypeOf, it } from 'vitest';
import type { WebSocket, WebSocketServer } from 'ws';

// `ws` 8 and socket.io 4 are the only majors that are supported; the compiler is what tests here.
it('the real packages are what the adapters need', () => {
  expectTypeOf<WebSocket>().toExtend<WebSocketLike>();
  expectTypeOf<WebSocketServer>().toExtend<WebSocketServerLike<WebSocket>>();
  expectTypeOf<Socket['conn']>().toExtend<SocketIoConnection>();
  expectTypeOf<Server>().toExtend<SocketIoServerLike<Socket['conn']>>();
});
