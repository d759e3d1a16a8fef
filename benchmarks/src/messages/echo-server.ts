import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Client, credentials } from '@grpc/grpc-js';
import type { ChildRegistry } from '../processes/child-registry.js';
import { TextWebSocket } from './text-web-socket.js';

const PROGRAM = fileURLToPath(new URL('../../servers/echo.mjs', import.meta.url));

export type EchoKind = 'webSocket' | 'grpc';

/** An echo server in a process of its own, and clients of it. */
export interface EchoServer {
  /** The processor's time per message, in microseconds, over so many messages. */
  measure(kind: EchoKind, messages: number): Promise<number>;
  end(): Promise<void>;
}

const toBuffer = (text: string): Buffer => Buffer.from(text);
const toText = (buffer: Buffer): string => buffer.toString();
/** So many are under way at any moment. */
const AT_ONCE = 16;

export async function startEchoServer(
  children: ChildRegistry,
  program: 'bare' | 'quiesce',
): Promise<EchoServer> {
  const owned = children.start(process.execPath, [PROGRAM, program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [ports] = (await once(owned.child, 'message')) as [{ webSocketPort: number; grpcPort: number }];
  const sockets = await Promise.all(
    Array.from({ length: AT_ONCE }, () => TextWebSocket.open(ports.webSocketPort)),
  );
  const client = new Client(`127.0.0.1:${ports.grpcPort}`, credentials.createInsecure());
  const call = (): Promise<void> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest('/bench.Work/Echo', toBuffer, toText, 'hello', (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  const cpu = async (): Promise<number> => {
    owned.child.send('cpu');
    const [{ cpuMicroseconds }] = (await once(owned.child, 'message')) as [{ cpuMicroseconds: number }];
    return cpuMicroseconds;
  };
  return {
    async measure(kind, messages) {
      const before = await cpu();
      const runOne = async (socket: TextWebSocket): Promise<void> => {
        for (let sent = 0; sent < messages / AT_ONCE; sent += 1) {
          await (kind === 'grpc' ? call() : socket.echo('hello'));
        }
      };
      await Promise.all(sockets.map(runOne));
      return ((await cpu()) - before) / messages;
    },
    async end() {
      for (const socket of sockets) socket.end();
      client.close();
      await owned.end();
    },
  };
}
