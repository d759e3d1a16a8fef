import {
  Client,
  type ClientReadableStream,
  credentials as clientCredentials,
  Metadata,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerOptions,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
  type sendUnaryData,
} from '@grpc/grpc-js';
import type { Component } from '@quiesce/core';
import { type GrpcComponent, type GrpcServerOptions, grpcServer } from '@quiesce/core/grpc';

export type UnaryCall = ServerUnaryCall<string, string>;
export type StreamCall = ServerWritableStream<string, string>;

/** The calls a test has in its hands. */
export interface GreeterCalls {
  readonly unary: { readonly call: UnaryCall; readonly respond: sendUnaryData<string> }[];
  readonly streams: StreamCall[];
}

export interface Greeter extends GreeterCalls {
  readonly server: Server;
  readonly component: GrpcComponent;
  start(): Promise<void>;
  client(): Client;
  /** Resolves when so many calls are at their handlers. */
  arrived(calls: number): Promise<void>;
  dispose(): void;
}

const toBuffer = (text: string): Buffer => Buffer.from(text);
const toText = (buffer: Buffer): string => buffer.toString();

function method(path: string, responseStream: boolean): MethodDefinition<string, string> {
  return {
    path,
    requestStream: false,
    responseStream,
    requestSerialize: toBuffer,
    requestDeserialize: toText,
    responseSerialize: toBuffer,
    responseDeserialize: toText,
  };
}

const service = {
  greet: method('/test.Greeter/Greet', false),
  watch: method('/test.Greeter/Watch', true),
} as const;

/** A server with a unary method and one that streams; nothing ends before the test says so. */
export function createGreeter(
  options: Partial<GrpcServerOptions<ServerCredentials>> = {},
  serverOptions: ServerOptions = {},
  server: Server = new Server(serverOptions),
): Greeter {
  const unary: { call: UnaryCall; respond: sendUnaryData<string> }[] = [];
  const streams: StreamCall[] = [];
  let waiting: { readonly calls: number; readonly resolve: () => void } | undefined;
  const look = (): void => {
    if (waiting !== undefined && unary.length + streams.length >= waiting.calls) waiting.resolve();
  };
  server.addService(service, {
    greet: (call: UnaryCall, respond: sendUnaryData<string>) => {
      unary.push({ call, respond });
      look();
    },
    watch: (call: StreamCall) => {
      streams.push(call);
      call.write('first');
      look();
    },
  });
  const component = grpcServer(server, {
    address: '127.0.0.1:0',
    credentials: ServerCredentials.createInsecure(),
    ...options,
  });
  const clients = new Set<Client>();
  return {
    server,
    component,
    unary,
    streams,
    start: () => startComponent(component),
    client() {
      const client = new Client(`127.0.0.1:${component.port}`, clientCredentials.createInsecure(), {
        'grpc.enable_retries': 0,
        'grpc.use_local_subchannel_pool': 1,
      });
      clients.add(client);
      return client;
    },
    arrived(calls) {
      return new Promise((resolve) => {
        waiting = { calls, resolve };
        look();
      });
    },
    dispose() {
      for (const client of clients) client.close();
      server.forceShutdown();
    },
  };
}

export async function startComponent(component: Component): Promise<void> {
  await component.start?.({
    signal: new AbortController().signal,
    fail: (error) => {
      throw error;
    },
  });
}

/** Calls the unary method; resolves with the answer or `status CODE: details`. */
export function greet(client: Client, name = 'Ada'): Promise<string> {
  return new Promise((resolve) => {
    const { path, requestSerialize, responseDeserialize } = service.greet;
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, name, (error, answer) => {
      resolve(error === null ? String(answer) : describeError(error));
    });
  });
}

/** Calls the method that streams. */
export function openStream(client: Client): {
  readonly stream: ClientReadableStream<string>;
  /** Everything that came, and how it ended. */
  readonly whole: Promise<readonly string[]>;
} {
  const { path, requestSerialize, responseDeserialize } = service.watch;
  const stream = client.makeServerStreamRequest(
    path,
    requestSerialize,
    responseDeserialize,
    'all',
    new Metadata(),
  );
  const received: string[] = [];
  stream.on('data', (message) => received.push(String(message)));
  const whole = new Promise<readonly string[]>((resolve) => {
    stream.on('error', (error) => resolve([...received, describeError(error as ServiceError)]));
    stream.on('end', () => resolve(received));
  });
  return { stream, whole };
}

function describeError({ code, details }: ServiceError): string {
  return `status ${code}: ${details}`;
}
