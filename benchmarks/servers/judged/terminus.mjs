// As its README sets it up for Kubernetes: a pause before the shutdown that is longer than the probe's period, and exit code 0.
import { setTimeout as sleep } from 'node:timers/promises';
import { createTerminus } from '@godaddy/terminus';
import { createServer, listen } from '../node-program.mjs';

const server = createServer();
createTerminus(server, {
  signals: ['SIGTERM', 'SIGINT'],
  healthChecks: { '/readyz': async () => 'ready' },
  beforeShutdown: () => sleep(1_000),
  useExit0: true,
});
listen(server);
