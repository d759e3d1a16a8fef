import { describe, expect, it } from 'vitest';
import { createListenerPattern, findQueueLength } from '../../src/http/accept-queue.js';

const heading =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, remote: string, state: string, queue: string): string =>
  `   0: ${local} ${remote} ${state} 00000000:${queue} 00:00000000 00000000     0        0 2438834 4 0000000 100 0 0 10 0`;

const lengthOf = (table: string, port: number): number | undefined =>
  findQueueLength(table, createListenerPattern(port));

describe('the accept queue of a port', () => {
  it('is what the kernel gives as the receive queue of its listener', () => {
    const table = [
      heading,
      line('0100007F:1F90', '00000000:0000', '0A', '00000012'),
      line('0100007F:1F91', '00000000:0000', '0A', '00000000'),
      line('0100007F:1F91', '0100007F:D431', '01', '00000400'),
    ].join('\n');
    expect(lengthOf(table, 8080)).toBe(18);
    expect(lengthOf(table, 8081)).toBe(0);
    expect(lengthOf(table, 8082)).toBeUndefined();
  });

  it('is the longest one where several listeners share the port', () => {
    const table = ['00000000', '00000003'].map((queue) =>
      line('00000000:0050', '00000000:0000', '0A', queue),
    );
    expect(lengthOf(table.join('\n'), 80)).toBe(3);
  });
});
