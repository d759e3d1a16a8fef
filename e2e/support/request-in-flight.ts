import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** A complete answer. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request whose handler runs. */
export interface RequestInFlight {
  /** Rejects when the connection ends before the answer does. */
  readonly answer: Promise<Answer>;
}

/**
 * Sends a GET request and resolves when its handler runs. The client knows by `Expect: 100-continue`: node:http says
 * `100 Continue` in the same turn of the event loop in which it calls the handler.
 */
export function sendRequest(url: string): Promise<RequestInFlight> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { expect: '100-continue' } });
    const answer = new Promise<Answer>((answered, failed) => {
      sent.once('error', failed);
      sent.once('response', (response) => {
        const { statusCode: status = 0, headers } = response;
        text(response).then((body) => answered({ status, headers, body }), failed);
      });
    });
    answer.catch(reject); // an error before the handler runs; later it concerns whoever awaits the answer
    sent.once('continue', () => resolve({ answer }));
    sent.end();
  });
}
