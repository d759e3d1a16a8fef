import { get } from 'node:http';

/** What a nats-server's monitoring tells, as far as a stop is concerned. */
export interface NatsState {
  readonly version: string;
  readonly connections: number;
  readonly leafnodes: number;
  readonly routes: number;
  readonly subscriptions: number;
  readonly inMsgs: number;
  readonly outMsgs: number;
  readonly slowConsumers: number;
  /** Set when JetStream is on. */
  readonly jetstream?: {
    readonly streams: number;
    readonly consumers: number;
    readonly messages: number;
    readonly bytes: number;
  };
}

/** More than a server with its default limits answers here, in bytes. */
const longestAnswer = 1_048_576;

/**
 * Asks a nats-server's monitoring what it has. Rejects when it does not answer.
 * @param base such as `http://127.0.0.1:8222`
 */
export async function readNatsState(base: string, signal: AbortSignal): Promise<NatsState> {
  const varz = await getJson(`${base}/varz`, signal);
  const hasJetStream =
    typeof varz['jetstream'] === 'object' && Object.keys(varz['jetstream'] ?? {}).length > 0;
  const jsz = hasJetStream ? await getJson(`${base}/jsz`, signal).catch(() => undefined) : undefined;
  return {
    version: String(varz['version']),
    connections: count(varz, 'connections'),
    leafnodes: count(varz, 'leafnodes'),
    routes: count(varz, 'routes'),
    subscriptions: count(varz, 'subscriptions'),
    inMsgs: count(varz, 'in_msgs'),
    outMsgs: count(varz, 'out_msgs'),
    slowConsumers: count(varz, 'slow_consumers'),
    ...(jsz === undefined || jsz['disabled'] === true
      ? {}
      : {
          jetstream: {
            streams: count(jsz, 'streams'),
            consumers: count(jsz, 'consumers'),
            messages: count(jsz, 'messages'),
            bytes: count(jsz, 'bytes'),
          },
        }),
  };
}

/** What is left, in a few words. */
export function describeNatsState({ connections, jetstream }: NatsState): string {
  const left = `${connections} ${connections === 1 ? 'connection' : 'connections'} left`;
  if (jetstream === undefined) return left;
  return `${left}; JetStream has ${jetstream.streams} streams, ${jetstream.messages} messages`;
}

function count(values: Readonly<Record<string, unknown>>, name: string): number {
  const value = values[name];
  return typeof value === 'number' ? value : 0;
}

function getJson(url: string, signal: AbortSignal): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const request = get(url, { signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > longestAnswer) response.destroy(new Error(`${url} answers with too much`));
      });
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    request.once('error', reject);
  });
}
