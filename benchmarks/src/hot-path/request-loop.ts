import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const REQUEST = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const CPU_REQUEST = 'GET /cpu HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

/** Reads one answer, of which head and body come together. */
async function ask(socket: Socket, request: string): Promise<string> {
  const answer = once(socket, 'data');
  socket.write(request);
  const [bytes] = (await answer) as [Buffer];
  return bytes.toString('latin1');
}

/** Kept-alive connections to a server, for a fixed number of requests in a closed loop. */
export class RequestLoop {
  readonly #sockets: readonly Socket[];
  #answerBytes = 0;

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  static async open(port: number, connections: number): Promise<RequestLoop> {
    const sockets = Array.from({ length: connections }, () =>
      connect({ port, host: '127.0.0.1', noDelay: true }),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const loop = new RequestLoop(sockets);
    const [first] = sockets;
    if (first !== undefined) {
      // All answers are alike: the length of the Date field never changes.
      loop.#answerBytes = (await ask(first, REQUEST)).length;
    }
    return loop;
  }

  /** The CPU time that the server's process has used so far, in microseconds. */
  async cpuMicroseconds(): Promise<number> {
    const [first] = this.#sockets;
    if (first === undefined) {
      throw new Error('there is no connection');
    }
    const answer = await ask(first, CPU_REQUEST);
    return Number(answer.slice(answer.indexOf('\r\n\r\n') + 4));
  }

  /** Sends so many requests, each as soon as its connection has the answer to the one before. */
  async run(requests: number): Promise<void> {
    let left = requests;
    await Promise.all(
      this.#sockets.map(
        (socket) =>
          new Promise<void>((resolve, reject) => {
            let received = 0;
            const next = (): void => {
              if (left > 0) {
                left -= 1;
                received = 0;
                socket.write(REQUEST);
              } else {
                socket.off('data', onData);
                socket.off('close', onClose);
                resolve();
              }
            };
            const onData = (chunk: Buffer): void => {
              received += chunk.length;
              if (received >= this.#answerBytes) {
                next();
              }
            };
            const onClose = (): void => reject(new Error('the server ended a connection'));
            socket.on('data', onData);
            socket.once('close', onClose);
            next();
          }),
      ),
    );
  }

  end(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }
}
