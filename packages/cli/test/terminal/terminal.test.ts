import { expect, it } from 'vitest';
import { resolveTerminal } from '../../src/terminal/terminal.js';

const output = { write: () => true, on: () => {}, off: () => {}, columns: 100, rows: 30 };

it.each([
  ['a terminal', true, {}, true],
  ['a pipe', false, {}, false],
  ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['a terminal that can do nothing', true, { TERM: 'dumb' }, false],
])('%s is a screen with colours: %s, %j: %s', (_what, isTTY, environment, isScreen) => {
  expect(resolveTerminal({ ...output, isTTY }, environment)).toMatchObject({ isScreen, hasColor: isScreen });
});

it('a terminal that does not know its size has the usual one', () => {
  expect(resolveTerminal({ ...output, isTTY: true, columns: 0, rows: 0 }, {})).toMatchObject({
    columns: 80,
    rows: 24,
  });
});
