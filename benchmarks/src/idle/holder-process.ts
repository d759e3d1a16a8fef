// Holds idle connections: each has had one answer, and is then left alone until the server ends it.

import { ClientConnection } from '../http1/client-connection.js';
import { timedWork } from '../load/exchanges.js';
import type { HoldCommand, HoldReport } from './holder-messages.js';

/** Opening more at once would measure the accept queue. */
const OPENING_AT_ONCE = 50;

async function holdOne(port: number, number: number): Promise<boolean> {
  const connection = new ClientConnection(port);
  const { ending } = await connection.exchange(timedWork(`held-${process.pid}-${number}`, 0));
  return ending === 'answered' && connection.usable;
}

/** Opens the connections, some at a time; answers how many are open and idle. */
async function hold({ port, connections }: HoldCommand): Promise<number> {
  let opened = 0;
  let held = 0;
  const openSome = async (): Promise<void> => {
    while (opened < connections) {
      opened += 1;
      const isHeld = await holdOne(port, opened);
      held += Number(isHeld);
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, openSome));
  return held;
}

process.once('disconnect', () => process.exit(0));
process.once('message', (command: HoldCommand) => {
  void hold(command).then((held) => {
    const report: HoldReport = { held };
    process.send?.(report);
  });
});
