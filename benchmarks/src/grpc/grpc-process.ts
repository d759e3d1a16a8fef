import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ChildRegistry } from '../processes/child-registry.js';

const NODE_SERVER = fileURLToPath(new URL('../../servers/grpc.mjs', import.meta.url));
const GO_SERVER = fileURLToPath(new URL('../../servers/grpc-go/grpc-go-server', import.meta.url));

/** The servers that are compared. */
export const GRPC_SERVERS = {
  quiesce: [process.execPath, NODE_SERVER, 'quiesce'],
  'try-shutdown': [process.execPath, NODE_SERVER, 'try-shutdown'],
  go: [GO_SERVER],
} as const;
export type GrpcServerName = keyof typeof GRPC_SERVERS;

/** Whether the server can be had; the one in Go is built by `npm run install-servers`. */
export function isThere(name: GrpcServerName): boolean {
  return name !== 'go' || existsSync(GO_SERVER);
}

/** A server that listens. */
export interface GrpcProcess {
  readonly port: number;
  /** Sends SIGTERM; resolves with the milliseconds from there to the exit. */
  stop(): Promise<number>;
  end(): Promise<void>;
}

export async function startGrpcServer(
  children: ChildRegistry,
  name: GrpcServerName,
  deadlineMs: number,
): Promise<GrpcProcess> {
  const [file, ...args] = GRPC_SERVERS[name];
  const owned = children.start(file, [...args, String(deadlineMs)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { stdout } = owned.child;
  if (stdout === null) throw new Error('the standard output is not a pipe');
  const [line] = (await once(createInterface(stdout), 'line')) as [string];
  return {
    port: Number(line.replace('listening ', '')),
    async stop() {
      const begunMs = performance.now();
      process.kill(owned.pid, 'SIGTERM');
      await owned.exited;
      return performance.now() - begunMs;
    },
    end: () => owned.end(),
  };
}
