import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addExchange, type Connection, createConnection } from '../../../src/http/connections/connection.js';
import { hasSurelyEverything } from '../../../src/http/departures/delivery.js';

const limit = 64 * 1024;

function idleSince(ms: number, given: Partial<Connection>, socket: Partial<Socket> = {}): Connection {
  const whole = { writableLength: 0, bytesWritten: 1_000_000_000, ...socket } as Socket;
  return { ...createConnection(whole, ms, false), ...given };
}

describe('a peer has everything without doubt', () => {
  it('when its last answer was small and half a second ago, whatever came before', () => {
    const connection = idleSince(1_000, { answerBytes: limit });
    expect(hasSurelyEverything(connection, 1_500)).toBe(true);
    expect(hasSurelyEverything(connection, 1_499)).toBe(false);
  });

  it('not when its last answer was larger than what any kernel takes unread', () => {
    expect(hasSurelyEverything(idleSince(0, { answerBytes: limit + 1 }), 60_000)).toBe(false);
  });

  it('when the length of its last answer is not known, but little was sent at all', () => {
    expect(hasSurelyEverything(idleSince(0, {}, { bytesWritten: limit }), 60_000)).toBe(true);
    expect(hasSurelyEverything(idleSince(0, {}, { bytesWritten: limit + 1 }), 60_000)).toBe(false);
  });

  it('not when something has not even gone to the kernel', () => {
    expect(hasSurelyEverything(idleSince(0, { answerBytes: 2 }, { writableLength: 1 }), 60_000)).toBe(false);
  });

  it('not when it once sent requests without waiting, because its last answer is not all it may have to read', () => {
    const connection = idleSince(0, { answerBytes: 2 });
    addExchange(connection, {} as ServerResponse, 0);
    addExchange(connection, {} as ServerResponse, 0);
    expect(hasSurelyEverything(connection, 60_000)).toBe(false);
  });
});
