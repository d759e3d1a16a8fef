import { Agent, request } from 'node:http';
import { silentLogger } from '@quiesce/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heapGrowth } from '../../../e2e/support/heap-growth.js';
import { as, startTestService } from './support/test-service.js';

// An endpoint is asked every few seconds for months: what it keeps of a call, it keeps of all of them.
const calls = 400;
/** Whatever keeps a call keeps its request and its answer: some thousands of bytes. */
const bytesACall = 700;
const plenty = { perSecond: 1e9, burst: 1e9 };
const limits = {
  callerRate: plenty,
  anonymousRate: plenty,
  totalRate: plenty,
  proberRate: plenty,
  probesRate: plenty,
  connectionRate: plenty,
};

interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Whether the client goes away as soon as the answer begins. */
  readonly leaves?: boolean;
  /** Whether it goes away in the middle of its body. */
  readonly breaksOff?: boolean;
}

const asks: Readonly<Record<string, Ask>> = {
  'a probe': { path: '/readyz' },
  'a probe with HEAD': { path: '/livez', method: 'HEAD' },
  'a probe that wants to know more': { path: '/readyz?verbose' },
  'a scrape': { path: '/metrics' },
  'a look at the status': { path: '/control/status', headers: as('observe') },
  'a call without a token': { path: '/control/status' },
  'a call of a path that is none': { path: '/%' },
  'a stop that is refused': { path: '/control/shutdown', method: 'POST', headers: as('observe'), body: '{}' },
  'a body that is none': { path: '/control/shutdown', method: 'POST', headers: as('operate'), body: '{' },
  'a body that is broken off': {
    path: '/control/shutdown',
    method: 'POST',
    headers: { ...as('operate'), 'Content-Length': '100', Expect: '100-continue' },
    body: '{',
    breaksOff: true,
  },
  'a reader of events who has gone': { path: '/control/events', headers: as('observe'), leaves: true },
};

function ask(
  { url }: { readonly url: string },
  { method = 'GET', path, headers = {}, body, leaves = false, breaksOff = false }: Ask,
  agent: Agent,
): Promise<void> {
  return new Promise((resolve) => {
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const outgoing = request(url + path, { method, agent, headers: { ...type, ...headers } }, (incoming) => {
      if (leaves) incoming.once('data', () => outgoing.destroy());
      incoming.on('error', () => undefined).resume();
    });
    outgoing.on('error', () => undefined);
    outgoing.once('close', resolve);
    outgoing.once('continue', () => outgoing.write(body, () => outgoing.destroy()));
    if (breaksOff) outgoing.flushHeaders();
    else outgoing.end(body);
  });
}

describe('a control endpoint keeps nothing of', () => {
  it.for(Object.entries(asks))('%s', async ([, what]) => {
    const checks = [{ name: 'database', check: () => undefined, maxAgeMs: 0 }];
    const service = await startTestService({ tcp: true, control: { limits, checks, logger: silentLogger } });
    const agent = new Agent({ keepAlive: true, maxSockets: 10 });
    onTestFinished(() => agent.destroy());
    const growth = await heapGrowth(calls, async (count) => {
      await Promise.all(Array.from({ length: count }, () => ask(service.tcp, what, agent)));
    });
    expect(growth).toBeLessThan(bytesACall);
  });
});
