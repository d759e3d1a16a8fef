import { connect, type Socket } from 'node:net';

/** How a system is spoken to. */
export interface Protocol {
  /** What opens a connection, if anything has to be said first. */
  readonly hello?: Buffer;
  /** What appends a batch. */
  readonly batch: Buffer;
  /** Reads answers. */
  createReader(): AnswerReader;
}

/** Counts the answers of one connection. */
export interface AnswerReader {
  /**
   * Takes what came; gives back how many batches were acknowledged by it, and what must be sent at once.
   * @throws Error when the answer is anything else than an acknowledgement
   */
  read(chunk: Buffer): { readonly acknowledged: number; readonly reply?: string };
}

/** Producers in a closed loop: each sends its next batch when the one before is acknowledged. */
export interface Producers {
  /** Ends the load, and gives back how long each batch took, in milliseconds. */
  finish(): Promise<readonly number[]>;
}

/** One producer, on a connection of its own. */
class Producer {
  readonly durations: number[] = [];
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #protocol: Protocol;
  #sentAt = 0;
  #isFinishing = false;

  constructor(port: number, protocol: Protocol) {
    this.#protocol = protocol;
    const socket = connect(port, '127.0.0.1');
    this.#socket = socket;
    socket.setNoDelay(true);
    const reader = protocol.createReader();
    this.ended = new Promise((resolve, reject) => {
      socket.once('connect', () => {
        if (protocol.hello !== undefined) socket.write(protocol.hello);
        this.#send();
      });
      socket.on('data', (chunk) => {
        try {
          const { acknowledged, reply } = reader.read(chunk);
          if (reply !== undefined) socket.write(reply);
          if (acknowledged > 0) this.#acknowledged();
        } catch (error) {
          socket.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
      socket.once('error', reject);
      socket.once('close', () => {
        if (this.#isFinishing) resolve();
        else reject(new Error('the connection was closed'));
      });
    });
    this.ended.catch(() => {}); // whoever finishes the load hears of it
  }

  finish(): void {
    this.#isFinishing = true;
  }

  #send(): void {
    this.#sentAt = performance.now();
    this.#socket.write(this.#protocol.batch);
  }

  #acknowledged(): void {
    this.durations.push(performance.now() - this.#sentAt);
    if (this.#isFinishing) this.#socket.end();
    else this.#send();
  }
}

/** Starts producers; `protocols` gives each its own. */
export function startProducers(
  port: number,
  count: number,
  protocolOf: (producer: number) => Protocol,
): Producers {
  const producers = Array.from({ length: count }, (_, index) => new Producer(port, protocolOf(index)));
  return {
    async finish() {
      for (const producer of producers) producer.finish();
      await Promise.all(producers.map(({ ended }) => ended));
      return producers.flatMap(({ durations }) => durations);
    },
  };
}
