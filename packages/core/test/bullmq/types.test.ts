import type { BullQueue, BullWorker } from '@quiesce/core/bullmq';
import type { FlowProducer, Job, Queue, QueueEvents, Worker } from 'bullmq';
import type {
  QueueEvents as Events5,
  FlowProducer as Flow5,
  Job as Job5,
  Queue as Queue5,
  Worker as Worker5,
} from 'bullmq-5';
import { describe, expectTypeOf, it } from 'vitest';

// Compiled by `tsc -b`: what is assigned here are the declarations of the lowest and the highest supported major.
describe('the workers and queues of BullMQ', () => {
  it('5 are what the adapters take', () => {
    expectTypeOf<Worker5>().toExtend<BullWorker<Job5>>();
    expectTypeOf<Queue5 | Events5 | Flow5>().toExtend<BullQueue>();
  });

  it('6 are what the adapters take', () => {
    expectTypeOf<Worker>().toExtend<BullWorker<Job>>();
    expectTypeOf<Queue | QueueEvents | FlowProducer>().toExtend<BullQueue>();
  });
});
