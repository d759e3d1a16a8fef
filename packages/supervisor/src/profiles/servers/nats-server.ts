import type { StopProfile } from '../stop-profile.js';

/**
 * nats-server, 2.9 to 2.15.
 *
 * - `nats-server --signal stop` is SIGKILL, and none of its `--signal` words wait, so signals are sent directly.
 * - SIGTERM within about 3 ms of SIGUSR2 wins the race against it, and later it is ignored: no mode sends it after SIGUSR2.
 * - The server does not shorten its lame duck when its clients leave (2 minutes by default, 30 s at least); SIGINT
 *   ends it with 0.
 * - It ends by itself, at once, when nobody was connected.
 */
export const natsServer: StopProfile = {
  name: 'nats-server',
  summary: 'NATS server 2.9 to 2.15',
  commands: ['nats-server'],
  modes: {
    'lame-duck': {
      what: 'clients are told to go elsewhere (INFO ldm), raft leaders are moved away; ends once they have left',
      steps: [{ signal: 'SIGUSR2', share: 4, until: 'connections-gone' }, { signal: 'SIGINT' }],
    },
    graceful: { what: 'JetStream is flushed, connections are closed', steps: [{ signal: 'SIGTERM' }] },
    'last-ditch': {
      what: 'the same at once, also during a lame duck, where SIGTERM is ignored',
      steps: [{ signal: 'SIGINT' }],
    },
  },
  exits: { codes: [0], after: { SIGTERM: [1] } },
  monitoring: 'nats-server',
  sources: [
    {
      fact: 'SIGTERM exits with 1 before 2.11, with 0 from 2.11.0 on; SIGINT and SIGUSR2 exit with 0',
      source:
        'https://github.com/nats-io/nats-server/pull/6336 and server/signal.go; measured with 2.9.10 and 2.15.2',
    },
    {
      fact: 'SIGTERM is ignored during a lame duck',
      source: 'https://github.com/nats-io/nats-server/pull/1973; measured with 2.9.10 and 2.15.2',
    },
    {
      fact: 'SIGINT during a lame duck ends it at once, with 0; the wait does not shorten when clients leave',
      source: 'server/server.go, lameDuckMode; measured with 2.9.10 and 2.15.2',
    },
    {
      fact: 'a SIGTERM right behind a SIGUSR2 may win (90 of 100 stops on one machine, 9 of 20 on another), 3 ms later it does not (0 of 100)',
      source: 'measured with 2.9.10; 12 of 20 and, 5 ms later, 0 of 20 with 2.15.2',
    },
    { fact: '--signal stop is SIGKILL', source: 'server/signal.go, CommandToSignal' },
  ],
};
