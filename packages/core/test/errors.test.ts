import { readFileSync } from 'node:fs';
import * as core from '@quiesce/core';
import { describe, expect, it } from 'vitest';

/** One error of each code. The type makes the compiler refuse a code without an example. */
const examples: Readonly<Record<core.QuiesceErrorCode, core.QuiesceError>> = {
  QUIESCE_OPTIONS: new core.OptionsError('timeoutMs', 'must be a number', 'soon'),
  QUIESCE_PLAN: new core.PlanError('does not fit'),
  QUIESCE_START: new core.StartError('database', 'failed to start'),
  QUIESCE_READY_TIMEOUT: new core.ReadyTimeoutError(100, ['database']),
  QUIESCE_NOT_READY: new core.NotReadyError('stopped before'),
  QUIESCE_HOOK_ABORTED: new core.HookAbortedError('database', 'persist', 'late'),
  QUIESCE_WORK_CUT: new core.WorkCutError('GET /', 'last-ditch'),
  QUIESCE_STOPPING: new core.StoppingError('the drain is over'),
  QUIESCE_SHARDS: new core.ShardsError(['shards/1'], '"shards/1" was killed by SIGKILL in persist'),
  QUIESCE_PARENT_GONE: new core.ParentGoneError('the parent is gone'),
  QUIESCE_COMMIT: new core.CommitError('a batch could not be made durable'),
};

/** The sections of the page, each with its text, by heading. */
const sections = new Map(
  readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);
const codes = [...sections.keys()].filter((heading) => heading.startsWith('QUIESCE_'));

describe('the errors of the core', () => {
  it('carry the code they are listed under, and their class as their name', () => {
    for (const [code, error] of Object.entries(examples)) {
      expect(error.code).toBe(code);
      expect(error.name).toBe(error.constructor.name);
      expect(core.isQuiesceError(error, error.code)).toBe(true);
    }
  });

  it('are all exported', () => {
    const exported = Object.values(core).filter(
      (value) => typeof value === 'function' && value.prototype instanceof core.QuiesceError,
    );
    expect(new Set(Object.values(examples).map((error) => error.constructor))).toEqual(new Set(exported));
  });

  it('have each a section in docs/errors.md that says what it means, when it comes and what to do', () => {
    expect(codes).toEqual(expect.arrayContaining(Object.keys(examples)));
    for (const [code, error] of Object.entries(examples)) {
      const section = sections.get(code);
      for (const part of [`\`${error.name}\``, '**What it means.**', '**When.**', '**What to do.**']) {
        expect(section, code).toContain(part);
      }
    }
  });

  it('leave no section for a code that nobody has', () => {
    expect(codes.filter((code) => !Object.hasOwn(examples, code))).toEqual([]);
  });
});
