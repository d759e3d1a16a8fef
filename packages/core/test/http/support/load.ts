import { Agent, request } from 'node:http';

/** What became of one request. */
export interface LoadedRequest {
  readonly id: string;
  readonly outcome: 'answered' | 'refused' | 'failed';
  /** Whether it went over a connection that had been answered before. */
  readonly wasReused: boolean;
  readonly error?: string;
}

/** Requests that go on until the server is gone. */
export interface Load {
  /** Resolves when `count` requests have been answered since the call. */
  answered(count: number): Promise<void>;
  /** Ends the load; resolves with what became of every request. */
  stop(): Promise<readonly LoadedRequest[]>;
}

/** Options of {@link startLoad}. */
export interface LoadOptions {
  readonly port: number;
  /** How many clients send one request after the other over connections they keep. */
  readonly keepAlive: number;
  /** How many clients open a connection for each request. */
  readonly fresh: number;
}

/** Puts load on a server with Node.js' own client, which meets an end of its connection as any pool does. */
export function startLoad({ port, keepAlive, fresh }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: keepAlive, scheduling: 'fifo' });
  const requests: LoadedRequest[] = [];
  const over = new AbortController();
  let waiting: { left: number; resolve: () => void } | undefined;

  const runClient = async (client: string, own: Agent | false): Promise<void> => {
    for (let count = 0; !over.signal.aborted; count += 1) {
      const done = await send(port, `${client}-${count}`, own);
      requests.push(done);
      if (done.outcome === 'refused') return;
      if (waiting !== undefined && done.outcome === 'answered' && --waiting.left === 0) waiting.resolve();
    }
  };
  const clients = [
    ...Array.from({ length: keepAlive }, (_value, index) => runClient(`keep-alive-${index}`, agent)),
    ...Array.from({ length: fresh }, (_value, index) => runClient(`fresh-${index}`, false)),
  ];
  return {
    answered(count) {
      return new Promise((resolve) => {
        waiting = { left: count, resolve };
      });
    },
    async stop() {
      over.abort();
      await Promise.all(clients);
      agent.destroy();
      return requests;
    },
  };
}

function send(port: number, id: string, agent: Agent | false): Promise<LoadedRequest> {
  return new Promise((resolve) => {
    const path = `/after?ms=${Math.floor(Math.random() * 20)}&id=${id}`;
    const outgoing = request({ port, host: '127.0.0.1', path, agent });
    const fail = (error: NodeJS.ErrnoException): void => {
      const outcome = error.code === 'ECONNREFUSED' ? 'refused' : 'failed';
      resolve({ id, outcome, wasReused: outgoing.reusedSocket, error: error.code ?? error.message });
    };
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      response.on('error', fail);
      response.on('end', () => resolve({ id, outcome: 'answered', wasReused: outgoing.reusedSocket }));
      response.resume();
    });
    outgoing.end();
  });
}
