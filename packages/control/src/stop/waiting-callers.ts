import type { ServerResponse } from 'node:http';
import type { ShutdownReport } from '@quiesce/core';

/** The report, and its one line of JSON, which is made once for everybody. */
export interface FinalReport {
  readonly report: ShutdownReport;
  readonly json: string;
}

/** Everybody who waits for the end of the stop. */
export interface WaitingCallers {
  readonly count: number;
  /** Calls `answer` when the report is there, at once if it is. Nobody answers a caller who has gone. */
  add(response: ServerResponse, answer: (final: FinalReport) => void): void;
  /** Answers everybody; resolves when the system has taken in all of it, or nobody is there to take it. */
  finish(report: ShutdownReport): Promise<void>;
  /** Set from `finish` on. */
  readonly final: FinalReport | undefined;
}

/** Creates an empty waiting room. */
export function createWaitingCallers(): WaitingCallers {
  const answers = new Map<ServerResponse, (final: FinalReport) => void>();
  const open = new Set<Promise<void>>();
  let final: FinalReport | undefined;

  const answer = (response: ServerResponse, give: (final: FinalReport) => void, what: FinalReport): void => {
    if (response.destroyed) return;
    const over = whenOver(response);
    open.add(over);
    void over.then(() => open.delete(over));
    give(what);
  };

  return {
    get count() {
      return answers.size;
    },
    get final() {
      return final;
    },
    add(response, give) {
      if (final !== undefined) {
        answer(response, give, final);
        return;
      }
      answers.set(response, give);
      response.once('close', () => answers.delete(response));
    },
    async finish(report) {
      final ??= { report, json: JSON.stringify(report) };
      for (const [response, give] of answers) answer(response, give, final);
      answers.clear();
      await Promise.all(open);
    },
  };
}

/** An answer is over when its bytes are with the system, which delivers them also when the process has ended. */
function whenOver(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('finish', resolve).once('close', resolve);
  });
}
