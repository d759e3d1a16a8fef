/* What is used of `bullmq` 5 and 6. */

/** A job. */
export interface BullJob {
  readonly id?: string | undefined;
  readonly name: string;
  /** The token of the lock that its worker has on it. */
  readonly token?: string | undefined;
  moveToWait(token?: string): Promise<unknown>;
}

/** A worker, whatever its processor is. */
export interface BullWorker<Job extends BullJob> {
  readonly concurrency: number;
  on(event: 'active', listener: (job: Job) => void): unknown;
  on(event: 'completed' | 'failed', listener: (job: Job | undefined) => void): unknown;
  off(event: 'active', listener: (job: Job) => void): unknown;
  off(event: 'completed' | 'failed', listener: (job: Job | undefined) => void): unknown;
  isRunning(): boolean;
  run(): Promise<unknown>;
  pause(doNotWaitActive?: boolean): Promise<unknown>;
  cancelAllJobs(reason?: string): void;
  close(force?: boolean): Promise<unknown>;
}

/** A `Queue`, `QueueEvents` or `FlowProducer`. */
export interface BullQueue {
  close(): Promise<unknown>;
  disconnect(): Promise<unknown>;
}
