import type { StopProfile } from '../stop-profile.js';

/** Apache Iggy, 0.5 to 0.9: a second signal is ignored on purpose, to protect what is being synced. */
export const iggyServer: StopProfile = {
  name: 'iggy-server',
  summary: 'Apache Iggy server',
  commands: ['iggy-server', 'iggy-server-ng'],
  modes: {
    graceful: {
      what: 'every shard stops taking work, flushes its partitions and ends',
      steps: [{ signal: 'SIGTERM' }],
    },
    'last-ditch': { what: 'the same: there is nothing faster that saves', steps: [{ signal: 'SIGTERM' }] },
  },
  sources: [
    {
      fact: 'SIGINT, SIGTERM and SIGHUP stop all shards; 0 when all ended well, 1 when one failed or had to be abandoned',
      source: 'https://github.com/apache/iggy core/server/src/main.rs (0.8.0), bootstrap.rs (0.9.0-edge.5)',
    },
    {
      fact: 'a second signal is ignored',
      source: 'https://github.com/apache/iggy core/server/src/bootstrap.rs',
    },
  ],
};
