import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const FINAL_TEXT = 0x81;
const MASKED = 0x80;

/** A client for short texts, one at a time. */
export class TextWebSocket {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(port: number): Promise<TextWebSocket> {
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay();
    socket.write(
      'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(socket, 'data');
    return new TextWebSocket(socket);
  }

  /** Sends a text of fewer than 126 bytes, and waits for it to come back. The mask is zero (RFC 6455, 5.3). */
  async echo(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    const answer = once(this.#socket, 'data');
    this.#socket.write(Buffer.concat([Buffer.from([FINAL_TEXT, MASKED | bytes.length, 0, 0, 0, 0]), bytes]));
    await answer;
  }

  end(): void {
    this.#socket.destroy();
  }
}
