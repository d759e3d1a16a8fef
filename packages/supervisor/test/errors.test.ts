import { readFileSync } from 'node:fs';
import { isQuiesceError } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import * as supervisor from '../src/index.js';

const exit = { code: 3, signal: null };

/** One error of each code. The type makes the compiler refuse a code without an example. */
const examples: Readonly<Record<supervisor.SupervisorErrorCode, supervisor.SupervisorError>> = {
  QUIESCE_COMMAND: new supervisor.CommandError('x', 127, undefined),
  QUIESCE_CHILD_ENDED: new supervisor.ChildEndedError(exit, 'at once'),
  QUIESCE_CHILD_NOT_READY: new supervisor.ChildNotReadyError('no'),
  QUIESCE_CHILD_UNCLEAN: new supervisor.ChildUncleanError(exit, 'generic'),
  QUIESCE_LEFT_BEHIND: new supervisor.LeftBehindError([1, 2]),
};

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

describe('the errors of the supervisor', () => {
  it('carry the code they are listed under, and their class as their name', () => {
    for (const [code, error] of Object.entries(examples)) {
      expect(error.code).toBe(code);
      expect(error.name).toBe(error.constructor.name);
      expect(supervisor.isSupervisorError(error, error.code)).toBe(true);
      expect(isQuiesceError(error)).toBe(true);
    }
  });

  it('are told from everything else', () => {
    const others = [undefined, null, 'QUIESCE_COMMAND', new Error('no'), { code: 'QUIESCE_COMMAND' }];
    expect(others.filter((each) => supervisor.isSupervisorError(each))).toEqual([]);
    expect(supervisor.isSupervisorError(examples.QUIESCE_COMMAND, 'QUIESCE_LEFT_BEHIND')).toBe(false);
  });

  it('have a section each in docs/errors.md that names the class', () => {
    for (const [code, error] of Object.entries(examples)) {
      const [, section = ''] = new RegExp(`^### ${code}\\n([^]*?)(?=^##)`, 'm').exec(page) ?? [];
      expect(section, code).toContain(`**Class:** \`${error.name}\``);
      for (const part of ['What it means.', 'When.', 'What to do.']) expect(section, code).toContain(part);
    }
  });
});
