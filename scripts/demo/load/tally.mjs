/**
 * What the load knows so far, as plain numbers.
 * @typedef {object} Tally
 * @property {number} sent
 * @property {number} answered complete answers, whatever they said
 * @property {number} declined of those: 503, which asks the client to go elsewhere
 * @property {number} wrong of those: with the wrong status or the wrong bytes
 * @property {number} refused no connection was made
 * @property {number} unanswered a connection was made, and no complete answer came
 * @property {Record<string, number>} unansweredBy the unanswered ones, by how they ended
 * @property {number} acknowledged messages that were given an offset
 */

/**
 * An empty tally.
 * @returns {Tally}
 */
export function createTally() {
  return {
    sent: 0,
    answered: 0,
    declined: 0,
    wrong: 0,
    refused: 0,
    unanswered: 0,
    unansweredBy: {},
    acknowledged: 0,
  };
}

/**
 * Counts what came of one request.
 * @param {Tally} tally
 * @param {import('./ask.mjs').Result} result
 * @param {boolean} isRight whether a complete answer is the one that was expected
 */
export function count(tally, result, isRight) {
  tally.sent += 1;
  tally[result.outcome] += 1;
  if (result.outcome === 'unanswered') {
    tally.unansweredBy[result.how] = (tally.unansweredBy[result.how] ?? 0) + 1;
  }
  if (result.outcome !== 'answered') return;
  if (result.status === 503) tally.declined += 1;
  else if (!isRight) tally.wrong += 1;
}
