/** @typedef {import('../storage/partition.mjs').Acknowledge} Acknowledge */

/**
 * Which partition, and what is done when it is not there: only the parent knows which topics there are.
 * @typedef {{ topic: string, partition: number, acknowledge: Acknowledge }} Target
 */

/**
 * What the parent asks a shard for.
 * @typedef {Target & ({ type: 'append', body: Uint8Array }
 *   | { type: 'read', offset: number, maxBytes: number, waitMs: number }
 *   | { type: 'store-offset', consumer: string, offset: number }
 *   | { type: 'load-offset', consumer: string })} Question
 */

/**
 * What a shard answers: as an HTTP status, since the parent hands it on.
 * @typedef {object} Answer
 * @property {number} status
 * @property {{ [name: string]: number | string }} [values]
 * @property {readonly Uint8Array[]} [bodies]
 */

/** What goes over the channel, beside the messages of the group. @typedef {{ question: Question, id: number }} Asked */
/** @typedef {{ answer: Answer, id: number }} Answered */
/** Before it ends a shard tells what it has written. @typedef {{ persisted: number }} Persisted */

/** For a shard that has ended. @type {Answer} */
export const shardGone = { status: 503, values: { error: 'the shard is not there' } };
