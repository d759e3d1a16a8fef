import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What shards are told by their parent.
 * @typedef {object} ShardSettings
 * @property {string} folder
 * @property {string} store the module that reaches the disk
 * @property {number} segmentBytes
 * @property {number} flushBytes
 * @property {number} flushMs
 */

/** Settings come from the environment. @typedef {ReturnType<typeof readSettings>} Settings */

/** @param {NodeJS.ProcessEnv} environment */
export function readSettings(environment) {
  const number = (/** @type {string} */ name, /** @type {number} */ usual) =>
    environment[name] === undefined ? usual : Number(environment[name]);
  const { DATA: folder = 'message-log', HOST: host = '127.0.0.1', STORE, SOCKET } = environment;
  const { EVENTS: events, REPORT: reportFile } = environment;
  /** @type {ShardSettings} */
  const shard = {
    folder,
    store: new URL(STORE === undefined ? '../storage/file-store.mjs' : pathToFileURL(STORE), import.meta.url)
      .href,
    segmentBytes: number('SEGMENT_BYTES', 64 * 1024 * 1024),
    flushBytes: number('FLUSH_BYTES', 8 * 1024 * 1024),
    flushMs: number('FLUSH_MS', 1_000),
  };
  return {
    host,
    events,
    reportFile,
    shard,
    port: number('PORT', 8080),
    probesPort: number('PROBES_PORT', 9090),
    shards: number('SHARDS', 2),
    announceMs: number('ANNOUNCE_MS', 1_000),
    timeoutMs: number('TIMEOUT_MS', 25_000),
    socketPath: SOCKET ?? join(folder, 'control', 'control.sock'),
  };
}
