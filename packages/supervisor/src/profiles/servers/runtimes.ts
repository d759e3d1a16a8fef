import type { StopProfile } from '../stop-profile.js';

/** A Node.js program. One without a handler dies by the signal, with its requests: that is no clean stop. */
export const node: StopProfile = {
  name: 'node',
  summary: 'a Node.js program that handles SIGTERM',
  commands: ['node', 'nodejs'],
  modes: {
    graceful: { what: 'what the program does on SIGTERM', steps: [{ signal: 'SIGTERM' }] },
    'last-ditch': { what: 'the same, without announcing it first', steps: [{ signal: 'SIGTERM' }] },
  },
  sources: [
    {
      fact: 'without a handler SIGTERM and SIGINT end the process with 128 and the number of the signal',
      source: 'https://nodejs.org/docs/latest-v20.x/api/process.html#signal-events',
    },
  ],
};

/** A Java virtual machine: SIGQUIT only prints the threads, and a clean stop exits with 143. */
export const java: StopProfile = {
  name: 'java',
  summary: 'a Java virtual machine',
  commands: ['java'],
  modes: {
    graceful: { what: 'shutdown hooks run', steps: [{ signal: 'SIGTERM' }] },
    'last-ditch': { what: 'the same: hooks run once only', steps: [{ signal: 'SIGTERM' }] },
  },
  exits: { codes: [0], after: { SIGTERM: [143], SIGINT: [130] } },
  sources: [
    {
      fact: 'SIGTERM, SIGINT and SIGHUP run the shutdown hooks, then exit with 128 and the number; SIGQUIT prints the threads',
      source:
        'https://docs.oracle.com/en/java/javase/21/troubleshoot/handle-signals-and-exceptions.html; measured with 17',
    },
  ],
};

/** gunicorn: its master lets its workers finish. */
export const gunicorn: StopProfile = {
  name: 'gunicorn',
  summary: 'gunicorn',
  commands: ['gunicorn'],
  modes: {
    graceful: {
      what: 'workers finish their requests, up to graceful_timeout',
      steps: [{ signal: 'SIGTERM' }],
    },
    'last-ditch': { what: 'quick shutdown: requests are cut', steps: [{ signal: 'SIGQUIT' }] },
  },
  sources: [
    {
      fact: 'TERM is the graceful, QUIT and INT the quick shutdown',
      source: 'https://docs.gunicorn.org/en/stable/signals.html',
    },
  ],
};

/** uvicorn: it sends itself the signal once more at its end. */
export const uvicorn: StopProfile = {
  name: 'uvicorn',
  summary: 'uvicorn',
  commands: ['uvicorn'],
  modes: {
    graceful: { what: 'requests are finished, lifespan handlers run', steps: [{ signal: 'SIGTERM' }] },
    'last-ditch': { what: 'a further signal cuts the requests', steps: [{ signal: 'SIGINT' }] },
  },
  exits: { codes: [0], bySignal: true },
  sources: [
    {
      fact: 'SIGTERM and SIGINT finish requests, a further SIGINT cuts them; from 0.29 on the captured signal is raised again at the end',
      source: 'https://github.com/encode/uvicorn uvicorn/server.py, capture_signals and handle_exit',
    },
  ],
};
