import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

/** Where to send a request. */
export type Target = { readonly socketPath: string } | { readonly url: string };

/** One request of a test. */
export interface HttpCall {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | object;
  readonly agent?: Agent;
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The text as JSON. */
  json(): Record<string, unknown>;
}

/** Sends a request on a connection of its own and reads the answer. */
export function send(target: Target, call: HttpCall = {}): Promise<HttpAnswer> {
  const { method = 'GET', path = '/', headers = {}, body } = call;
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const type = typeof body === 'object' ? { 'Content-Type': 'application/json' } : {};
  const isChunked = 'Transfer-Encoding' in headers;
  const length = text === undefined || isChunked ? {} : { 'Content-Length': Buffer.byteLength(text) };
  const agent = call.agent ?? new Agent({ keepAlive: false });
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { ...toAddress(target), method, path, agent, headers: { ...type, ...length, ...headers } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const answer = Buffer.concat(chunks).toString();
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: answer,
            json: () => JSON.parse(answer) as Record<string, unknown>,
          });
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(text);
  });
}

/** Asks for a stop. */
export function sendStop(
  target: Target,
  body: object = {},
  headers: OutgoingHttpHeaders = {},
): Promise<HttpAnswer> {
  return send(target, { method: 'POST', path: '/control/shutdown', body, headers });
}

function toAddress(target: Target): { socketPath: string } | { host: string; port: string } {
  if ('socketPath' in target) return target;
  const { hostname, port } = new URL(target.url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port };
}

/** Writes bytes to a connection and gives back all that comes until it is closed. */
export function sendRaw(target: Target, bytes: string | Buffer): Promise<string> {
  const address = toAddress(target);
  return new Promise((resolve, reject) => {
    const socket =
      'socketPath' in address ? connect(address.socketPath) : connect(Number(address.port), address.host);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.once('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.write(bytes);
  });
}
