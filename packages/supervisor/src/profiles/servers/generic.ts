import type { StopProfile } from '../stop-profile.js';

/**
 * A program of which nothing is known. One without a handler dies by the signal; whether it had anything to lose
 * nobody can tell, so that counts as clean and is noted.
 */
export const generic: StopProfile = {
  name: 'generic',
  summary: 'any program: SIGTERM, then SIGKILL at the deadline',
  modes: {
    graceful: { what: 'what the program does on SIGTERM', steps: [{ signal: 'SIGTERM' }] },
    'last-ditch': { what: 'the same, without announcing it first', steps: [{ signal: 'SIGTERM' }] },
  },
  exits: { codes: [0], after: { SIGTERM: [143], SIGINT: [130] }, bySignal: true },
  sources: [
    {
      fact: 'SIGTERM is the usual request to end; its default action ends the process',
      source: 'https://man7.org/linux/man-pages/man7/signal.7.html',
    },
  ],
};
