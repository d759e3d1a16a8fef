import type { ServerResponse } from 'node:http';
import type { ShutdownReport } from '@quiesce/core';
import { whenOver } from '../server/respond.js';

/** The report, and its one line of JSON, which is made once for everybody. */
export interface FinalReport {
  readonly report: ShutdownReport;
  readonly json: string;
}

/** Everybody who waits for the end of the stop. */
export interface WaitingCallers {
  readonly count: number;
  /**
   * Keeps a place for a caller who is about to be added; the returned function gives it up. A stop with nothing to
   * do is over before whoever asked for it has begun to wait.
   */
  keepPlace(): () => void;
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
  /** What has to be over before everybody was answered. */
  const open = new Set<Promise<void>>();
  let final: FinalReport | undefined;

  const waitFor = (over: Promise<void>): void => {
    open.add(over);
    void over.then(() => open.delete(over));
  };
  const answer = (response: ServerResponse, give: (final: FinalReport) => void, what: FinalReport): void => {
    if (response.destroyed) return;
    waitFor(whenOver(response));
    give(what);
  };

  return {
    get count() {
      return answers.size;
    },
    get final() {
      return final;
    },
    keepPlace() {
      let giveUp!: () => void;
      const over = new Promise<void>((resolve) => {
        giveUp = resolve;
      });
      waitFor(over);
      return giveUp;
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
      while (open.size > 0) await Promise.all(open);
    },
  };
}
