import { postgres, redis } from './servers/databases.js';
import { generic } from './servers/generic.js';
import { iggyServer } from './servers/iggy-server.js';
import { natsServer } from './servers/nats-server.js';
import { envoy, haproxy, nginx } from './servers/proxies.js';
import { gunicorn, java, node, uvicorn } from './servers/runtimes.js';
import type { StopProfile } from './stop-profile.js';

/** All profiles that come with the package. A new server is a new entry. */
export const stopProfiles: readonly StopProfile[] = [
  natsServer,
  iggyServer,
  nginx,
  haproxy,
  envoy,
  postgres,
  redis,
  node,
  java,
  gunicorn,
  uvicorn,
  generic,
];
