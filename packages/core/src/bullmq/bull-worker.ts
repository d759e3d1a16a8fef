import { createConsumerComponent } from '../consumers/consumer-component.js';
import { Consumption } from '../consumers/consumption.js';
import type { Entry } from '../consumers/in-flight.js';
import { type ConsumerOptions, resolveConsumerOptions } from '../consumers/options.js';
import type { Source } from '../consumers/source.js';
import type { Component } from '../contract/component.js';
import { checkPort } from '../options/checks.js';
import type { BullJob, BullWorker } from './client.js';

const endings = ['completed', 'failed'] as const;

/**
 * Makes a component of a BullMQ worker, which `start` runs unless it runs already. Its jobs end within the drain, their
 * locks renewed; what is cut is aborted (the third argument of the processor) and moved back to wait, instead of being
 * taken for stalled half a minute later. See `docs/adapters/bullmq.md`.
 * @throws OptionsError
 */
export function bullWorker<Job extends BullJob>(
  worker: BullWorker<Job>,
  options: ConsumerOptions = {},
): Component {
  checkPort('worker', worker, ['on', 'run', 'pause', 'close', 'cancelAllJobs']);
  const resolved = resolveConsumerOptions(options, 'bullmq');
  const entries = new Map<string | undefined, Entry<Job>>();
  let isCut = false;

  const left = (job: Job | undefined): void => {
    const entry = entries.get(job?.id);
    entries.delete(job?.id);
    if (entry !== undefined) consumption.leave(entry);
  };
  const active = (job: Job): void => {
    left(job);
    // A job that its processor has postponed leaves without an event: no more than this many can be active.
    if (entries.size >= worker.concurrency) for (const postponed of findPostponed()) left(postponed);
    entries.set(job.id, consumption.enter(job));
  };
  /** The worker keeps the locks of the jobs that it works on; it does not document where. */
  const findPostponed = (): readonly Job[] => {
    const locks = Reflect.get(worker, 'lockManager') as
      | { getTrackedJobIds?(): readonly string[] }
      | undefined;
    const tracked = new Set<string | undefined>(locks?.getTrackedJobIds?.() ?? entries.keys());
    return [...entries.values()].map(({ message }) => message).filter(({ id }) => !tracked.has(id));
  };
  const source: Source<Job> = {
    nameOf: ({ name, id }) => `${name} #${id}`,
    open({ fail }) {
      if (!worker.isRunning()) worker.run().catch(fail);
    },
    async close() {
      await worker.pause(true);
    },
    async finish() {
      await worker.close();
      for (const { message } of entries.values()) left(message);
    },
    giveBack(job) {
      if (!isCut) worker.cancelAllJobs('cut');
      isCut = true;
      return job.moveToWait(job.token).then(() => undefined);
    },
    async release() {
      // Every `close` is answered with what the first one has promised: to wait for what was cut.
      if (isCut) Reflect.set(worker, 'closing', undefined);
      await worker.close(isCut);
      worker.off('active', active);
      for (const event of endings) worker.off(event, left);
    },
  };
  const consumption = new Consumption(source, resolved);
  worker.on('active', active);
  for (const event of endings) worker.on(event, left);
  return createConsumerComponent(resolved.name, source, consumption);
}
