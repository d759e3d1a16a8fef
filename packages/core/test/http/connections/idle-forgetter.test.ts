import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { createManualClock } from '@quiesce/core/testing';
import { describe, expect, it } from 'vitest';
import { type Connection, createConnection } from '../../../src/http/connections/connection.js';
import { createIdleForgetter } from '../../../src/http/connections/idle-forgetter.js';

function forgetterInManualTime(isSpent: (connection: Connection) => boolean = () => true) {
  const clock = createManualClock();
  const forgotten: Connection[] = [];
  const gone: Connection[] = [];
  const forgetter = createIdleForgetter(
    { clock, afterMs: 500, isSpent },
    { forget: (connection) => forgotten.push(connection), gone: (connection) => gone.push(connection) },
  );
  const open = (): Connection => {
    const connection = createConnection(new Socket(), clock.now(), false);
    forgetter.add(connection);
    return connection;
  };
  return { clock, forgetter, forgotten, gone, open };
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

  it('is kept while its peer may still be reading, and looked after', async () => {
    const isSpent = (connection: Connection): boolean => connection.answerBytes === 0;
    const { clock, forgotten, gone, open } = forgetterInManualTime(isSpent);
    const [first, second] = [open(), open()];
    await clock.advance(60_000);
    expect(forgotten).toEqual([]);
    first.socket.destroy();
    second.answerBytes = 0;
    await clock.advance(500);
    expect(gone).toEqual([first]);
    expect(forgotten).toEqual([second]);
    expect(clock.timers).toBe(0);
  });

  it('is kept when it has left HTTP behind, and then there is no timer', async () => {
    const { clock, forgotten, open } = forgetterInManualTime();
    const upgraded = open();
    upgraded.upgrade = { name: 'GET /socket', upgradedAtMs: 0, request: undefined };
    await clock.advance(60_000);
    expect(forgotten).toEqual([]);
    expect(clock.timers).toBe(0);
  });

  it('is of no interest any more when its socket is gone, which is found in time, or when it is asked for', async () => {
    const { clock, forgetter, forgotten, gone, open } = forgetterInManualTime();
    const first = open();
    first.socket.destroy();
    await clock.advance(500);
    expect(gone).toEqual([first]);
    const second = open();
    second.socket.destroy();
    open();
    forgetter.findGone();
    forgetter.findGone();
    expect(gone).toEqual([first, second]);
    await clock.advance(1_000);
    expect(gone).toEqual([first, second]);
    expect(forgotten).toHaveLength(1);
  });

  it('is of no interest any more when nothing is to be forgotten', async () => {
    const { clock, forgetter, forgotten, open } = forgetterInManualTime();
    open();
    forgetter.stop();
    expect(clock.timers).toBe(0);
    await clock.advance(60_000);
    expect(forgotten).toEqual([]);
  });
});
