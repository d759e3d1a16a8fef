import { readFileSync } from 'node:fs';
import { isQuiesceError } from '@quiesce/core';
import { describe, expect, it } from 'vitest';
import * as control from '../src/index.js';
import { problemRules } from '../src/server/problem.js';

const problem = {
  type: 'urn:quiesce:problem:not-found',
  title: 'There is nothing here',
  status: 404,
  code: 'not-found',
};

/** One error of each code. The type makes the compiler refuse a code without an example. */
const examples: Readonly<Record<control.ControlErrorCode, control.ControlError>> = {
  QUIESCE_CONTROL_SOCKET: new control.SocketPathError('/run/x.sock', 'is in use'),
  QUIESCE_CONTROL_AUDIT: new control.AuditError('/var/log/x', 'cannot be written'),
  QUIESCE_CONTROL_UNREACHABLE: new control.ControlUnreachableError('nobody'),
  QUIESCE_CONTROL_DENIED: new control.ControlDeniedError('no'),
  QUIESCE_CONTROL_PROBLEM: new control.ControlProblemError(problem),
  QUIESCE_CONTROL_LOST: new control.ControlConnectionLostError('lost'),
  QUIESCE_CONTROL_TIMEOUT: new control.ControlTimeoutError('late'),
};

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^##+ /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

describe('the errors of the control endpoint', () => {
  it('carry the code they are listed under, and their class as their name', () => {
    for (const [code, error] of Object.entries(examples)) {
      expect(error.code).toBe(code);
      expect(error.name).toBe(error.constructor.name);
      expect(control.isControlError(error, error.code)).toBe(true);
      expect(control.isControlError(error)).toBe(true);
      expect(isQuiesceError(error)).toBe(true);
    }
  });

  it('are told from everything else', () => {
    for (const other of [
      undefined,
      null,
      'QUIESCE_CONTROL_LOST',
      new Error('no'),
      { code: 'QUIESCE_CONTROL_LOST' },
    ]) {
      expect(control.isControlError(other)).toBe(false);
    }
    expect(control.isControlError(examples.QUIESCE_CONTROL_LOST, 'QUIESCE_CONTROL_AUDIT')).toBe(false);
  });

  it('are all exported', () => {
    const exported = Object.values(control).filter(
      (value) => typeof value === 'function' && value.prototype instanceof control.ControlError,
    );
    expect(new Set(Object.values(examples).map((error) => error.constructor))).toEqual(new Set(exported));
  });

  it('have each a section in docs/errors.md that says what it means, when it comes and what to do', () => {
    for (const [code, error] of Object.entries(examples)) {
      const section = sections.get(code);
      for (const part of [`\`${error.name}\``, '**What it means.**', '**When.**', '**What to do.**']) {
        expect(section, code).toContain(part);
      }
    }
    const documented = [...sections.keys()].filter((heading) => heading.startsWith('QUIESCE_CONTROL_'));
    expect(documented.toSorted()).toEqual(Object.keys(examples).toSorted());
  });
});

describe('the problems of the control endpoint', () => {
  it('have each a row in docs/errors.md, with their status, and there is no other row', () => {
    const rows = [
      ...(sections.get('Problems of the control endpoint') ?? '').matchAll(/^\| `([a-z-]+)` \| (\d+) \|/gm),
    ];
    const documented = Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]));
    const known = Object.fromEntries(
      Object.entries(problemRules).map(([code, { status }]) => [code, status]),
    );
    expect(documented).toEqual(known);
  });
});
