import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { askLog } from './ask-log.mjs';
import { Ledger } from './ledger.mjs';
import { putLoad, topics } from './load.mjs';
import { startLog } from './log-service.mjs';
import { createRandom, wholeNumber } from './random.mjs';
import { readLog } from './read-log.mjs';
import { ways } from './ways.mjs';

/**
 * What came of all stops of one way.
 * @typedef {object} SoakResult
 * @property {string} way
 * @property {number} stops
 * @property {Record<import('./ledger.mjs').Topic, number>} acknowledged
 * @property {Record<import('./ledger.mjs').Topic, number>} lost
 * @property {number} twice
 * @property {number} torn
 * @property {number} offsets
 * @property {number} tornTails how often something was cut off at a start
 * @property {string[]} wrongEnds those that did not end as they must
 * @property {boolean} isRight
 */

/** When the stop comes, in milliseconds after the first acknowledgements. */
const stopAfterMs = { least: 0, most: 300 };
/** A log is read back as a whole after each stop; after so many a new one is begun. */
const stopsOfLog = 10;

/**
 * Stops the log under load, again and again, and after each stop compares all that was acknowledged with what is there
 * when it starts again:
 *
 * ```
 *   start ─▶ read back, compare ─▶ load ─▶ stop at a random moment ─┐
 *     ▲                                                             │
 *     └─────────────────────────────────────────────────────────────┘
 * ```
 * @param {{ way: string, stops: number, seed: number }} options
 * @param {(done: number) => void} [progress]
 * @returns {Promise<SoakResult>}
 */
export async function runSoak({ way, stops, seed }, progress = () => {}) {
  /** @type {SoakResult} */
  const result = {
    way,
    stops,
    acknowledged: { synced: 0, buffered: 0 },
    lost: { synced: 0, buffered: 0 },
    twice: 0,
    torn: 0,
    offsets: 0,
    tornTails: 0,
    wrongEnds: [],
    isRight: false,
  };
  const random = createRandom(seed);
  for (let done = 0; done < stops; done += stopsOfLog) {
    await stopOneLog(result, way, Math.min(stopsOfLog, stops - done), random, (number) =>
      progress(done + number),
    );
  }
  const mayLose = ways[way]?.losesBuffered === true;
  const { lost, twice, torn, offsets, wrongEnds } = result;
  const isComplete = lost.synced === 0 && (mayLose || lost.buffered === 0);
  result.isRight = isComplete && twice === 0 && torn === 0 && offsets === 0 && wrongEnds.length === 0;
  return result;
}

/**
 * @param {SoakResult} result
 * @param {string} way
 * @param {number} stops
 * @param {import('./random.mjs').Random} random
 * @param {(done: number) => void} progress
 */
async function stopOneLog(result, way, stops, random, progress) {
  const { stop, isRight, losesBuffered } = ways[way] ?? unknown(way);
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-soak-'));
  const ledger = new Ledger();
  let service = await startLog(folder);
  try {
    await addTopics(service.port);
    for (let number = 1; number <= stops; number += 1) {
      const begun = Promise.all([ledger.grows('synced'), ledger.grows('buffered')]);
      const loaded = putLoad(service.port, ledger, random, number);
      await Promise.race([begun, loaded]);
      await delay(wholeNumber(random, stopAfterMs.least, stopAfterMs.most));
      stop(service);
      const end = await service.ended;
      await loaded;
      if (!isRight(end)) result.wrongEnds.push(`${end.signal ?? end.code}: ${end.log}`);
      service = await startLog(folder);
      const { partitions, offsets } = await readLog(service.port, topics, ledger.consumers);
      addFindings(result, ledger.compare(partitions, offsets, losesBuffered));
      result.tornTails += service.log.split('bytes were cut off').length - 1;
      progress(number);
    }
    result.acknowledged.synced += ledger.counts.synced;
    result.acknowledged.buffered += ledger.counts.buffered;
  } finally {
    service.child.kill('SIGKILL');
    await service.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {SoakResult} result
 * @param {import('./ledger.mjs').Findings} findings
 */
function addFindings(result, { lost, twice, torn, offsets }) {
  result.lost.synced += lost.synced;
  result.lost.buffered += lost.buffered;
  result.twice += twice;
  result.torn += torn;
  result.offsets += offsets;
}

/** @param {number} port */
async function addTopics(port) {
  const agent = new Agent();
  for (const [topic, partitions] of Object.entries(topics)) {
    const wanted = JSON.stringify({ partitions, acknowledge: topic });
    const { status } = await askLog({ port, agent }, 'PUT', `/topics/${topic}`, wanted);
    if (status !== 201) throw new Error(`the topic ${topic} was answered with ${status}`);
  }
  agent.destroy();
}

/**
 * @param {string} way
 * @returns {never}
 */
function unknown(way) {
  throw new Error(`${way} is not a way to stop; there are ${Object.keys(ways).join(', ')}`);
}
