/** One signal of a stop, as the report has it. */
export interface StepRecord {
  readonly signal: NodeJS.Signals;
  readonly to: 'process' | 'group';
  /** When it was sent, in milliseconds since the stop was asked for. */
  readonly atMs: number;
  /** From then to the end of the step, in milliseconds. */
  readonly durationMs: number;
  /**
   * What ended the step. `ended`: the command did. `time`: its share was over. `connections-gone`: they were. `hurried`: a
   * graceful stop was asked for instead of a lame duck. `climb`: a stronger mode was asked for, or the time was over.
   */
  readonly outcome: 'ended' | 'time' | 'connections-gone' | 'hurried' | 'climb';
}

/** Rounds to a microsecond: what is finer is noise of the clock. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
