import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';

/** While a server answers every new request with 503. */
export interface Refusal {
  /** How many were refused. */
  readonly refused: number;
  /** How many of those responses have not been closed. */
  readonly inFlight: number;
  /** Gives the server its own listeners back. */
  end(): void;
}

/** Without a listener for `upgrade`, Node.js takes such a request for an ordinary one; a `CONNECT` it closes. */
const takenOver = ['request', 'checkContinue', 'checkExpectation', 'upgrade', 'connect'] as const;
/** An answer in the place of `100 Continue` spares the client its body. */
const answered = ['request', 'checkContinue', 'checkExpectation'] as const;

/** Puts an answer of 503 in the place of all that the server would do with a new request. */
export function refuseRequests(server: Server, retryAfterSeconds: number): Refusal {
  let refused = 0;
  let inFlight = 0;
  const onClose = (): void => {
    inFlight -= 1;
  };
  const refuse = (_request: IncomingMessage, response: ServerResponse): void => {
    refused += 1;
    inFlight += 1;
    response.prependListener('close', onClose); // before those who look how many there are
    response.writeHead(503, { 'Retry-After': retryAfterSeconds, 'Content-Length': 0, Connection: 'close' });
    response.end();
  };

  const own = takenOver.map((event) => ({ event, listeners: server.rawListeners(event) }));
  for (const { event } of own) server.removeAllListeners(event);
  for (const event of answered) server.on(event, refuse);
  return {
    get refused() {
      return refused;
    },
    get inFlight() {
      return inFlight;
    },
    end() {
      for (const event of answered) server.off(event, refuse);
      for (const { event, listeners } of own) {
        for (const listener of listeners) server.on(event, listener as (...values: unknown[]) => void);
      }
    },
  };
}
