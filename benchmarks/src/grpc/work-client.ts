import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';

const toBuffer = (text: string): Buffer => Buffer.from(text);
const toText = (buffer: Buffer): string => buffer.toString();
const statusNames: Readonly<Record<number, string>> = {
  1: 'CANCELLED',
  4: 'DEADLINE_EXCEEDED',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  14: 'UNAVAILABLE',
};

/** How a call ended, in words. */
function describe(error: ServiceError): string {
  const name = statusNames[error.code] ?? `status ${error.code}`;
  return `${name} (${error.details.replace(/.*(ECONNREFUSED).*/s, '$1')})`;
}

/** A client of the servers' methods, with a channel of its own. */
export interface WorkClient {
  /** Asks for an answer after so many milliseconds. */
  wait(ms: number): Promise<string>;
  /** Asks for so many messages; resolves when the first has come, or nothing will. */
  tick(count: number): Promise<{ readonly ended: Promise<string> }>;
  /** Watches the health of the whole server; resolves when the first status has come. */
  watch(): Promise<{ readonly ended: Promise<string> }>;
  close(): void;
}

/** Creates a client without retries: each call shows what became of it. */
export function createWorkClient(port: number): WorkClient {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
    'grpc.use_local_subchannel_pool': 1,
  });
  const stream = (
    path: string,
    serialize: (text: string) => Buffer,
    request: string,
    summary: (messages: readonly Buffer[]) => string,
  ): Promise<{ readonly ended: Promise<string> }> =>
    new Promise((resolve) => {
      const call = client.makeServerStreamRequest(
        path,
        serialize,
        (message) => message,
        request,
        new Metadata(),
      );
      const messages: Buffer[] = [];
      const ended = new Promise<string>((end) => {
        call.on('error', (error) => end(`${summary(messages)}, then ${describe(error as ServiceError)}`));
        call.on('end', () => end(`${summary(messages)}, then OK`));
      });
      call.on('data', (message: Buffer) => {
        messages.push(message);
        resolve({ ended });
      });
      void ended.then(() => resolve({ ended }));
    });
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        client.makeUnaryRequest('/bench.Work/Wait', toBuffer, toText, String(ms), (error) => {
          resolve(error === null ? 'OK' : describe(error));
        });
      }),
    tick: (count) =>
      stream('/bench.Work/Tick', toBuffer, String(count), (messages) =>
        messages.length === count ? `all ${count} messages` : 'cut short',
      ),
    // `HealthCheckRequest` of the whole server is empty; the status is the second byte of its answer.
    watch: () =>
      stream(
        '/grpc.health.v1.Health/Watch',
        () => Buffer.alloc(0),
        '',
        (messages) =>
          messages.map((message) => ['UNKNOWN', 'SERVING', 'NOT_SERVING'][message[1] ?? 0]).join(', '),
      ),
    close: () => client.close(),
  };
}
