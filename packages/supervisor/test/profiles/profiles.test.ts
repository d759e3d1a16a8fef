import { readFileSync } from 'node:fs';
import { chooseProfile, parseProfile, type StopProfile, stopProfiles } from '@quiesce/supervisor';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { resolveProfile } from '../../src/profiles/choose-profile.js';

const schema = JSON.parse(
  readFileSync(new URL('../../schema/profile.schema.json', import.meta.url), 'utf8'),
) as object;
const isProfile = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

/** The plainest profile that is one. */
const plain = {
  name: 'my-server',
  summary: 'mine',
  modes: { graceful: { what: 'ends', steps: [{ signal: 'SIGTERM' }] } },
};
const graceful = plain.modes.graceful;

describe.each(stopProfiles)('the profile $name', (profile) => {
  it('is one by its own rules, and by the schema', () => {
    expect(parseProfile(profile)).toMatchObject({ ...profile });
    expect(isProfile(profile), JSON.stringify(isProfile.errors)).toBe(true);
  });

  it('says where its facts come from', () => {
    expect(profile.sources?.length).toBeGreaterThan(0);
  });

  it('can be asked for by its name, and is chosen for its commands alone', () => {
    expect(resolveProfile(profile.name, 'x', [])).toBe(profile);
    for (const command of profile.commands ?? []) {
      expect(chooseProfile(`/usr/sbin/${command}`, [])).toBe(profile);
    }
  });
});

describe('the profiles together', () => {
  it('have names and commands of their own', () => {
    const names = stopProfiles.map(({ name }) => name);
    const commands = stopProfiles.flatMap((profile) => profile.commands ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(commands).size).toBe(commands.length);
  });

  it('never send nats-server a SIGTERM after SIGUSR2, which it might overtake and would be ignored', () => {
    const nats = stopProfiles.find(({ name }) => name === 'nats-server') as StopProfile;
    expect(nats.modes['lame-duck']?.steps.map(({ signal }) => signal)).toEqual(['SIGUSR2', 'SIGINT']);
    expect(nats.modes['last-ditch']?.steps.map(({ signal }) => signal)).toEqual(['SIGINT']);
  });

  it('never send Redis a SIGINT, nor Java a SIGQUIT', () => {
    const signalsOf = (wanted: string): readonly string[] =>
      Object.values(resolveProfile(wanted, 'x', []).modes).flatMap((mode) =>
        mode.steps.map(({ signal }) => signal),
      );
    expect(signalsOf('redis')).not.toContain('SIGINT');
    expect(signalsOf('java')).not.toContain('SIGQUIT');
  });
});

describe('the profile of a command line', () => {
  it.each([
    ['nats-server', [], 'nats-server'],
    ['/opt/nginx/sbin/nginx', [], 'nginx'],
    ['python3.11', ['-m', 'gunicorn', 'app:app'], 'gunicorn'],
    ['python', ['/usr/bin/uvicorn', 'app:app'], 'uvicorn'],
    ['python3', ['-c', 'pass'], 'generic'],
    ['node', ['server.js'], 'node'],
    ['./nats-server.sh', [], 'generic'],
  ])('%s %j is %s', (command, args, name) => {
    expect(chooseProfile(command, args).name).toBe(name);
  });

  it('is no profile that nobody knows', () => {
    expect(() => resolveProfile('natz', 'x', [])).toThrow(
      /^profile must be one of nats-server, .*; got "natz"$/,
    );
  });
});

describe('a profile that somebody wrote', () => {
  it('needs a name, a summary and a graceful mode; the rest has defaults', () => {
    expect(parseProfile(plain)).toMatchObject({ name: 'my-server', commands: [], exits: {}, sources: [] });
    expect(isProfile(plain)).toBe(true);
  });

  const wrong: readonly [unknown, RegExp][] = [
    [[], /^profile must be an object; got an array$/],
    [{ ...plain, extra: 1 }, /^profile\.extra is not known; there are .*name/],
    [{ ...plain, name: 'My Server' }, /^profile\.name must be in kebab-case; got "My Server"$/],
    [{ ...plain, summary: ' ' }, /^profile\.summary must be a text/],
    [{ ...plain, commands: 'x' }, /^profile\.commands must be an array; got "x"$/],
    [{ ...plain, modes: {} }, /^profile\.modes\.graceful must be an object; got undefined$/],
    [{ ...plain, modes: { graceful, force: graceful } }, /^profile\.modes\.force is not known/],
    [
      { ...plain, modes: { graceful: { what: 'x', steps: [] } } },
      /^profile\.modes\.graceful\.steps must have one/,
    ],
    [
      { ...plain, modes: { graceful: { what: 'x', steps: [{ signal: 'SIGKILL' }] } } },
      /^profile\.modes\.graceful\.steps\[0\]\.signal must name a signal that a program can handle; got "SIGKILL"$/,
    ],
    [
      { ...plain, modes: { graceful: { what: 'x', steps: [{ signal: 'SIGTERM', share: 0 }] } } },
      /share must be a number, 0\.01 to 1000; got 0$/,
    ],
    [
      { ...plain, modes: { graceful: { what: 'x', steps: [{ signal: 'SIGTERM', until: 'noon' }] } } },
      /until must be one of connections-gone; got "noon"$/,
    ],
    [
      { ...plain, exits: { codes: [256] } },
      /^profile\.exits\.codes\[0\] must be a number, 0 to 255; got 256$/,
    ],
    [{ ...plain, exits: { codes: [0.5] } }, /^profile\.exits\.codes\[0\] must be a whole number/],
    [{ ...plain, exits: { after: { SIGSTOP: [0] } } }, /^profile\.exits\.after must name a signal/],
    [{ ...plain, exits: { bySignal: 1 } }, /^profile\.exits\.bySignal must be true or false; got 1$/],
    [{ ...plain, monitoring: 'mysql' }, /^profile\.monitoring must be one of nats-server; got "mysql"$/],
    [{ ...plain, sources: [{ fact: 'x' }] }, /^profile\.sources\[0\]\.source must be a text/],
    [{ ...plain, $schema: 1 }, /^profile\.\$schema must be a text/],
  ];

  it.each(wrong)('is refused with the member, the rule and the value: %j', (value, message) => {
    expect(() => parseProfile(value)).toThrow(message);
    expect(() => parseProfile(value)).toThrow(expect.objectContaining({ code: 'QUIESCE_OPTIONS' }));
    expect(isProfile(value)).toBe(false);
  });
});
