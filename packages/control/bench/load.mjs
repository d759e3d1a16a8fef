import { Agent, get } from 'node:http';

/**
 * Asks one path for some time, on as many connections, and collects how long each answer took.
 * @param {string} url
 * @param {{ connections: number, ms: number, perSecond?: number }} options as fast as it goes, unless `perSecond` says how fast
 */
export async function load(url, { connections, ms, perSecond }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  /** @type {number[]} */
  const latencies = [];
  let failed = 0;
  const endsAt = performance.now() + ms;
  /** @param {number} dueAt when it should have been asked: what came late counts as slow */
  const ask = (dueAt) =>
    new Promise((resolve) => {
      get(url, { agent }, (incoming) => {
        if (incoming.statusCode !== 200) failed += 1;
        incoming.resume().once('end', () => {
          latencies.push(performance.now() - dueAt);
          resolve(undefined);
        });
      }).once('error', () => {
        failed += 1;
        resolve(undefined);
      });
    });
  const loop = async () => {
    while (performance.now() < endsAt) await ask(performance.now());
  };
  if (perSecond === undefined) await Promise.all(Array.from({ length: connections }, loop));
  else await paced(ask, perSecond, endsAt);
  agent.destroy();
  return { latencies, failed, perSecond: (latencies.length * 1_000) / ms };
}

/**
 * @param {(dueAt: number) => Promise<unknown>} ask
 * @param {number} perSecond
 * @param {number} endsAt
 */
async function paced(ask, perSecond, endsAt) {
  const asked = [];
  let dueAt = performance.now();
  while (dueAt < endsAt) {
    const now = performance.now();
    for (; dueAt <= now; dueAt += 1_000 / perSecond) asked.push(ask(dueAt));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(asked);
}
