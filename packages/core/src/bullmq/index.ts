export type { ConsumerOptions } from '../consumers/options.js';
export { bullQueue } from './bull-queue.js';
export { bullWorker } from './bull-worker.js';
export type { BullJob, BullQueue, BullWorker } from './client.js';
