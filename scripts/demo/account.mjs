/**
 * What became of every request and of every message, from both sides: the load knows what it got, the observer in the
 * service how many handlers were called.
 * @typedef {object} Account
 * @property {{ sent: number, answered: number, declined: number, refused: number, reset: number, lost: number,
 *   unansweredBy: Record<string, number> }} requests `reset`: a connection that ended before a handler was called;
 *   `lost`: a handler was called, and the answer did not come whole, or was wrong; `unansweredBy`: how the connections
 *   of both ended
 * @property {{ acknowledged: number, found: number, lost: number, lostIds: readonly string[] }} messages
 * @property {{ outcome: string | undefined, code: number | null, signal: string | null, afterMs: number }} stop
 * @property {boolean} isEverythingThere nothing was lost, and the service said so itself
 */

/**
 * Puts the account together.
 * @param {object} parts
 * @param {import('./load/tally.mjs').Tally} parts.tally
 * @param {import('./load/read-back.mjs').ReadBack} parts.readBack
 * @param {import('./service-process.mjs').ServiceEnd} parts.end
 * @param {import('@quiesce/core').ShutdownReport | undefined} parts.report
 * @param {number} parts.afterMs from SIGTERM to the process's end
 * @returns {Account}
 */
export function drawAccount({ tally, readBack, end, report, afterMs }) {
  const { sent, answered, declined, wrong, refused, unanswered, unansweredBy } = tally;
  // Without the service's own count every request without an answer must be taken for lost.
  const cut = end.handled === undefined ? unanswered : end.handled - answered;
  const lost = cut + wrong;
  const reset = unanswered - cut;
  const lostMessages = readBack.acknowledged - readBack.found;
  const hadWork = answered > 0 && readBack.acknowledged > 0;
  return {
    requests: { sent, answered: answered - declined - wrong, declined, refused, reset, lost, unansweredBy },
    messages: {
      acknowledged: readBack.acknowledged,
      found: readBack.found,
      lost: lostMessages,
      lostIds: readBack.lost,
    },
    stop: { outcome: report?.outcome, code: end.code, signal: end.signal, afterMs: Math.round(afterMs) },
    isEverythingThere:
      hadWork &&
      lost === 0 &&
      lostMessages === 0 &&
      report?.outcome === 'clean' &&
      end.code === report.exit.code,
  };
}
