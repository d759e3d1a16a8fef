import { unlessAborted } from '../consumers/unless-aborted.js';
import type { Component } from '../contract/component.js';
import { checkPort, checkText } from '../options/checks.js';
import type { BullQueue } from './client.js';

/**
 * Makes a component of a `Queue`, `QueueEvents` or `FlowProducer`: closed after whoever adds jobs to it has ended, cut
 * off when it does not close in time.
 * @throws OptionsError
 */
export function bullQueue(
  queue: BullQueue,
  { name = 'bullmq-queue' }: { readonly name?: string } = {},
): Component {
  checkPort('queue', queue, ['close', 'disconnect']);
  checkText('name', name);
  return {
    name,
    async release({ signal }) {
      if (!(await unlessAborted(signal, queue.close()))) await queue.disconnect();
    },
  };
}
