import { describe, expect, it } from 'vitest';
import { startFixture } from '../support/fixture.js';

describe('the end of the process', () => {
  it("comes with the stop's code also when an exit handler throws, and says that one did", async ({
    onTestFinished,
  }) => {
    const service = startFixture('throws-on-exit', {}, onTestFinished);
    await service.waitForLine('ready');
    service.signal('SIGTERM');

    expect(await service.waitForExit()).toMatchObject({ code: 0, signal: null });
    expect(service.stderr).toContain(
      'a handler of the process\'s "exit" event threw: RangeError: thrown on exit',
    );
  });
});
