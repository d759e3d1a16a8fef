import { parentPort } from 'node:worker_threads';
import { countMessages } from '../storage/record-batch.mjs';
import { describeError } from './describe-error.mjs';

/** @typedef {import('./shard-messages.mjs').Answer} Answer */
/** @typedef {import('./shard-messages.mjs').Question} Question */
/** @typedef {import('../storage/partition.mjs').Partition} Partition */

/** @type {{ readonly [Type in Question['type']]: (partition: Partition, question: Extract<Question, { type: Type }>) => Promise<Answer> }} */
const answers = {
  async append(partition, { body }) {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
    const count = countMessages(bytes);
    if (count === undefined) return { status: 400, values: { error: 'the body is no row of messages' } };
    return { status: 201, values: { offset: await partition.append(bytes, count), count } };
  },
  async read(partition, { offset, maxBytes, waitMs }) {
    await partition.waitFor(offset, waitMs);
    const { count, bodies } = await partition.read(offset, maxBytes);
    return { status: 200, values: { offset, count }, bodies };
  },
  async 'store-offset'(partition, { consumer, offset }) {
    await partition.storeConsumerOffset({ consumer, offset });
    return { status: 204 };
  },
  async 'load-offset'(partition, { consumer }) {
    const offset = partition.consumerOffset(consumer);
    return offset === undefined ? { status: 404 } : { status: 200, values: { offset } };
  },
};

/**
 * Answers what the parent asks for. Each question is work in flight, which the drain waits for.
 * @param {import('./partitions.mjs').Partitions} partitions
 * @param {import('@quiesce/core').Lifecycle} lifecycle
 */
export function answerQuestions(partitions, lifecycle) {
  /** @param {Question} question */
  const answer = async (question) => {
    try {
      const partition = await partitions.get(question);
      // The table has for each type the function that takes it, which its type says and an index cannot.
      const give = /** @type {(partition: Partition, question: Question) => Promise<Answer>} */ (
        answers[question.type]
      );
      return await give(partition, question);
    } catch (error) {
      return { status: 500, values: { error: describeError(error) } };
    }
  };

  parentPort?.on(
    'message',
    (/** @type {Partial<import('./shard-messages.mjs').Asked>} */ { question, id }) => {
      if (question === undefined) return; // a message of the group's own
      const token = lifecycle.enter(question.type);
      void answer(question).then((given) => {
        parentPort?.postMessage({ answer: given, id });
        token.leave();
      });
    },
  );

  return {
    /** @param {number} persisted how many messages the stop has written */
    tellPersisted: (persisted) => parentPort?.postMessage({ persisted }),
  };
}
