import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { type Connection, createConnection } from '../../../src/http/connections/connection.js';
import { createIdleForgetter } from '../../../src/http/connections/idle-forgetter.js';

function forgetterInManualTime(isSpent: (connection: Connection) => boolean = () => true) {
  const clock = createManualClock();
  const forgotten: Connection[] = [];
  const forgetter = createIdleForgetter({ clock, afterMs: 500, isSpent }, (connection) =>
    forgotten.push(connection),
  );
  const open = (): Connection => {
    const connection = createConnection(new Socket(), clock.now(), false);
    forgetter.add(connection);
    return connection;
  };
  return { clock, forgetter, forgotten, open };
}

describe('what is known of a connection', () => {
  it('is forgotten when it has been idle for long, and then there is no timer', async () => {
    const { clock, forgotten, open } = forgetterInManualTime();
    const connection = open();
    await clock.advance(499);
    expect(forgotten).toEqual([]);
    await clock.advance(1);
    expect(forgotten).toEqual([connection]);
    expect(clock.timers).toBe(0);
  });

  it('is kept while it is used, and for as long again', async () => {
    const { clock, forgotten, open } = forgetterInManualTime();
    const connection = open();
    await clock.advance(300);
    connection.idleSinceMs = clock.now();
    await clock.advance(200);
    expect(forgotten).toEqual([]);
    await clock.advance(500);
    expect(forgotten).toEqual([connection]);
  });

  it('is kept while a request is in flight', async () => {
    const { clock, forgotten, open } = forgetterInManualTime();
    const connection = open();
    connection.response = Object.create(ServerResponse.prototype) as ServerResponse;
    await clock.advance(60_000);
    expect(forgotten).toEqual([]);
    expect(clock.timers).toBe(1);
  });

  it('is kept when its peer may still be reading, or it has left HTTP behind', async () => {
    const { clock, forgotten, open } = forgetterInManualTime((connection) => connection.answerBytes === 0);
    open();
    const upgraded = open();
    upgraded.answerBytes = 0;
    upgraded.upgrade = { name: 'GET /socket', upgradedAtMs: 0, request: undefined };
    await clock.advance(60_000);
    expect(forgotten).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it('is of no interest any more when it was closed, or nothing is to be forgotten', async () => {
    const { clock, forgetter, forgotten, open } = forgetterInManualTime();
    open().socket.destroy();
    await clock.advance(500);
    expect(clock.timers).toBe(0);
    open();
    forgetter.stop();
    expect(clock.timers).toBe(0);
    await clock.advance(60_000);
    expect(forgotten).toEqual([]);
  });
});
