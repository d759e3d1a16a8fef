import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/server/problem.js';
import { parseShutdownBody } from '../../src/stop/shutdown-body.js';
import { roleFor } from '../../src/stop/stop-rules.js';

const nothing = { mode: undefined, timeoutMs: undefined, reason: undefined, wait: true };

function refusalOf(body: unknown): unknown {
  try {
    return parseShutdownBody(body, 'last-ditch');
  } catch (error) {
    return error instanceof Problem ? error.toDetails() : error;
  }
}

describe('the body of a shutdown request', () => {
  it('may be left out, or be empty', () => {
    expect(parseShutdownBody(undefined, 'last-ditch')).toEqual(nothing);
    expect(parseShutdownBody({}, 'last-ditch')).toEqual(nothing);
  });

  it('has its timeout in seconds, fractions too', () => {
    expect(parseShutdownBody({ timeout: 2.5 }, 'last-ditch')).toMatchObject({ timeoutMs: 2_500 });
  });

  it('means by ldm what the target means by it', () => {
    expect(parseShutdownBody({ mode: 'ldm' }, 'last-ditch')).toMatchObject({ mode: 'last-ditch' });
    expect(parseShutdownBody({ mode: 'ldm' }, 'lame-duck')).toMatchObject({ mode: 'lame-duck' });
  });

  it('takes everything it knows', () => {
    const body = { mode: 'force', timeout: 30, reason: 'deploy 17', wait: false };
    expect(parseShutdownBody(body, 'last-ditch')).toEqual({
      mode: 'force',
      timeoutMs: 30_000,
      reason: 'deploy 17',
      wait: false,
    });
  });

  it.each([
    [{ mode: 'slow' }, '/mode'],
    [{ mode: 'toString' }, '/mode'],
    [{ mode: null }, '/mode'],
    [{ timeout: 0 }, '/timeout'],
    [{ timeout: -1 }, '/timeout'],
    [{ timeout: '30' }, '/timeout'],
    [{ timeout: 86_401 }, '/timeout'],
    [{ reason: '' }, '/reason'],
    [{ reason: 'two\nlines' }, '/reason'],
    [{ reason: 'x'.repeat(201) }, '/reason'],
    [{ reason: 7 }, '/reason'],
    [{ wait: 'no' }, '/wait'],
    [{ timeoutMs: 30 }, '/timeoutMs'],
    [{ 'a/b~c': 1 }, '/a~1b~0c'],
    [JSON.parse('{"__proto__": {"mode": "force"}}'), '/__proto__'],
    [[], ''],
    ['force', ''],
    [17, ''],
  ])('is refused when it is %j, and the answer points at the member', (body, pointer) => {
    expect(refusalOf(body)).toMatchObject({ status: 400, code: 'bad-request', pointer });
  });

  it.each(['signal:SIGTERM', 'crash', 'start-failed'])('cannot pass itself off as %s', (reason) => {
    // Under the policy "legacy" that reason decides the exit code.
    expect(refusalOf({ reason })).toMatchObject({ status: 400, pointer: '/reason' });
  });
});

describe('the role that a stop needs', () => {
  const role = (body: object): string => roleFor(parseShutdownBody(body, 'last-ditch'));

  it('is operate for every stop that leaves time to persist', () => {
    expect([{}, { mode: 'last-ditch' }, { mode: 'lame-duck' }, { timeout: 1 }].map(role)).toEqual(
      Array.from({ length: 4 }, () => 'operate'),
    );
  });

  it('is force for the mode, and for a timeout that comes to the same', () => {
    expect([{ mode: 'force' }, { timeout: 0.001 }, { mode: 'graceful', timeout: 0.9 }].map(role)).toEqual(
      Array.from({ length: 3 }, () => 'force'),
    );
  });
});
