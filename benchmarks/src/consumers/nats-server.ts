import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildRegistry } from '../processes/child-registry.js';
import { withinLimit } from '../processes/within-limit.js';

const START_LIMIT_MS = 20_000;

/** A nats-server that keeps streams in a folder of its own, on a port of the system's choice. */
export interface NatsServer {
  readonly url: string;
  end(): Promise<void>;
}

/** @throws Error when it does not start; `npm run install-servers` installs it */
export async function startNatsServer(children: ChildRegistry): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-nats-'));
  const args = ['-a', '127.0.0.1', '-p', '-1', '-js', '-sd', folder];
  const owned = children.start('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let output = '';
  const listening = new Promise<string>((resolve) => {
    owned.child.stderr?.on('data', (data: Buffer) => {
      output += String(data);
      const port = /client connections on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port !== undefined && output.includes('Server is ready')) {
        resolve(port);
      }
    });
  });
  const port = await withinLimit(START_LIMIT_MS, 'nats-server', listening);
  return {
    url: `nats://127.0.0.1:${port}`,
    async end() {
      await owned.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
