import type { Clock } from '@quiesce/core';
import type { ResolvedControlLimits } from '../options/limits.js';
import { Problem } from '../server/problem.js';
import type { Caller } from './caller.js';
import { createKeyedBuckets, createTokenBucket } from './rate-limit.js';

/** How much of everything is let through. */
export interface Traffic {
  /** @throws Problem when the caller, or all together, have asked too often */
  takeRequest(caller: Caller): void;
  /** The same for probes and scrapes, which everybody may send. @param address without the port */
  takeProbe(address: string): void;
  /** Whether a new connection from an address is read. */
  takeConnection(address: string): boolean;
}

/** Addresses that are remembered. */
const mostAddresses = 4_096;

/** Creates the rate limits of one control server. */
export function createTraffic(clock: Clock, limits: ResolvedControlLimits): Traffic {
  // As many as there are tokens: nobody makes up a key.
  const callers = createKeyedBuckets(clock, limits.callerRate, mostAddresses);
  const anonymous = createTokenBucket(clock, limits.anonymousRate);
  const total = createTokenBucket(clock, limits.totalRate);
  const probers = createKeyedBuckets(clock, limits.proberRate, mostAddresses);
  const probes = createTokenBucket(clock, limits.probesRate);
  const connections = createKeyedBuckets(clock, limits.connectionRate, mostAddresses);
  return {
    takeRequest(caller) {
      // One's own bucket comes first: whoever empties it takes nothing from the others.
      refuseAfter(caller.role === undefined ? anonymous.take() : callers.take(caller.name));
      if (caller.via === 'tcp') refuseAfter(total.take());
    },
    takeProbe(address) {
      refuseAfter(probers.take(address));
      refuseAfter(probes.take());
    },
    takeConnection: (address) => connections.take(address) === 0,
  };
}

function refuseAfter(waitMs: number): void {
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  throw new Problem('too-many-requests', `try again in ${seconds} s`, {
    members: { retryAfter: seconds },
    headers: { 'Retry-After': seconds, Connection: 'close' },
  });
}
