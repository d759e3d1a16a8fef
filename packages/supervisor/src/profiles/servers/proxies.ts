import type { StopProfile } from '../stop-profile.js';

/** nginx: SIGTERM is its fast shutdown, so a platform that can only send that one cuts its requests. */
export const nginx: StopProfile = {
  name: 'nginx',
  summary: 'nginx and OpenResty, started with "daemon off"',
  commands: ['nginx', 'openresty'],
  modes: {
    graceful: { what: 'workers finish their requests', steps: [{ signal: 'SIGQUIT' }] },
    'last-ditch': { what: 'fast shutdown: requests are cut', steps: [{ signal: 'SIGTERM' }] },
  },
  sources: [
    {
      fact: 'QUIT is the graceful, TERM and INT the fast shutdown',
      source: 'https://nginx.org/en/docs/control.html',
    },
  ],
};

/** HAProxy, alone or in master-worker mode. */
export const haproxy: StopProfile = {
  name: 'haproxy',
  summary: 'HAProxy',
  commands: ['haproxy'],
  modes: {
    graceful: { what: 'soft stop: sessions end by themselves', steps: [{ signal: 'SIGUSR1' }] },
    'last-ditch': { what: 'hard stop: sessions are cut', steps: [{ signal: 'SIGTERM' }] },
  },
  exits: { codes: [0], after: { SIGTERM: [143], SIGUSR1: [143] }, bySignal: false },
  sources: [
    {
      fact: 'SIGUSR1 is the soft stop, SIGTERM and SIGINT the hard one',
      source: 'https://docs.haproxy.org/3.0/management.html#4',
    },
    {
      fact: 'the master in master-worker mode passes on 143 of its workers',
      source: 'https://github.com/haproxy/haproxy src/mworker.c',
    },
  ],
};

/** Envoy: it drains only when its admin endpoint is asked to. */
export const envoy: StopProfile = {
  name: 'envoy',
  summary: 'Envoy; drain it by its admin endpoint (/drain_listeners?graceful) while it is announced',
  commands: ['envoy'],
  modes: {
    graceful: { what: 'ends at once: connections are closed', steps: [{ signal: 'SIGTERM' }] },
    'last-ditch': { what: 'the same', steps: [{ signal: 'SIGTERM' }] },
  },
  sources: [
    {
      fact: 'SIGTERM and SIGINT end the server without a drain; draining is asked for at the admin endpoint',
      source: 'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/operations/draining',
    },
  ],
};
