import type { StopProfile } from '../stop-profile.js';

/** PostgreSQL: its three shutdown modes are three signals. */
export const postgres: StopProfile = {
  name: 'postgres',
  summary: 'PostgreSQL',
  commands: ['postgres', 'postmaster'],
  modes: {
    'lame-duck': {
      what: 'smart shutdown: no new connections, sessions end by themselves; those that remain are ended (fast)',
      steps: [{ signal: 'SIGTERM', share: 4 }, { signal: 'SIGINT' }],
    },
    graceful: {
      what: 'fast shutdown: open transactions are rolled back, a checkpoint is written',
      steps: [{ signal: 'SIGINT' }],
    },
    'last-ditch': {
      what: 'immediate shutdown: nothing is written, the next start recovers from the log',
      steps: [{ signal: 'SIGQUIT' }],
    },
  },
  exits: { codes: [0], after: { SIGQUIT: [1] } },
  sources: [
    {
      fact: 'SIGTERM is the smart, SIGINT the fast, SIGQUIT the immediate shutdown; SIGKILL leaves shared memory behind',
      source: 'https://www.postgresql.org/docs/current/server-shutdown.html',
    },
  ],
};

/** Redis and its relatives. A second SIGINT would make it leave without saving, so only SIGTERM is sent. */
export const redis: StopProfile = {
  name: 'redis',
  summary: 'Redis, Valkey, KeyDB',
  commands: ['redis-server', 'valkey-server', 'keydb-server'],
  modes: {
    graceful: {
      what: 'waits for replicas, saves where save points are configured, syncs the append-only file',
      steps: [{ signal: 'SIGTERM' }],
    },
    'last-ditch': { what: 'the same: there is nothing faster that saves', steps: [{ signal: 'SIGTERM' }] },
  },
  sources: [
    {
      fact: 'SIGTERM and SIGINT are a SHUTDOWN with 0; when saving fails, the server refuses to exit and goes on',
      source: 'https://redis.io/docs/latest/operate/oss_and_stack/reference/signals/',
    },
    { fact: 'a second SIGINT exits with 1 without saving', source: 'redis src/server.c, sigShutdownHandler' },
  ],
};
