import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findNatsMonitoring } from '../../src/nats/find-monitoring.js';
import { parseNatsConfig } from '../../src/nats/parse-nats-config.js';

function writeConfig(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'quiesce-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'nats.conf'), text);
  return folder;
}

describe('the monitoring of a nats-server', () => {
  it.each([
    [['-m', '8222'], 'http://127.0.0.1:8222'],
    [['-m=8222'], 'http://127.0.0.1:8222'],
    [['--http_port', '8222', '-js'], 'http://127.0.0.1:8222'],
    [['-a', '10.0.0.1', '--m', '8222'], 'http://10.0.0.1:8222'],
    [['--net=0.0.0.0', '-m', '8222'], 'http://127.0.0.1:8222'],
    [['-a', '::1', '-m', '8222'], 'http://[::1]:8222'],
    [[], undefined],
    [['-p', '4222', '-js'], undefined],
    [['-m', '-1'], undefined],
    [['-m', 'x'], undefined],
    [['-m', '70000'], undefined],
    [['-m'], undefined],
    [['-m', '8222', '-ms', '8223'], undefined],
    [['-c', '/nowhere/nats.conf'], undefined],
    [['-c', '/nowhere/nats.conf', '-m', '8222'], undefined],
  ])('is found in the arguments %j: %s', (args, url) => {
    expect(findNatsMonitoring(args)).toBe(url);
  });

  it('is found in the configuration file, whose path is relative to where the server runs', () => {
    const folder = writeConfig('port: 4222\nhttp: "127.0.0.1:8333"\n');
    expect(findNatsMonitoring(['-c', 'nats.conf'], folder)).toBe('http://127.0.0.1:8333');
    expect(findNatsMonitoring(['--config', join(folder, 'nats.conf')])).toBe('http://127.0.0.1:8333');
  });

  it('follows the flags before the file', () => {
    const folder = writeConfig('host: 10.0.0.1\nhttp_port: 8333\nhttp_base_path: "/nats/"\n');
    expect(findNatsMonitoring(['-c', 'nats.conf', '-m', '8444', '-a', '10.0.0.2'], folder)).toBe(
      'http://10.0.0.2:8444/nats',
    );
    expect(findNatsMonitoring(['-c', 'nats.conf'], folder)).toBe('http://10.0.0.1:8333/nats');
  });
});

describe('the configuration of a nats-server', () => {
  it.each([
    ['http_port = 8222', { port: '8222' }],
    ['http_port 8222', { port: '8222' }],
    ['monitor_port:8222', { port: '8222' }],
    ["HTTP: 'localhost:8222'", { port: '8222', monitoringHost: 'localhost' }],
    ['http: localhost:8222', { port: '8222', monitoringHost: 'localhost' }],
    ['listen: 0.0.0.0:4222; http_port: 8222', { host: '0.0.0.0', port: '8222' }],
    ['listen: 4222\nmonitor_port: 8222 # a comment', { port: '8222' }],
    ['// http_port: 1\n# http_port: 2\nhttp_port: 8222', { port: '8222' }],
    [
      'cluster {\n  http_port: 1\n  routes = [ nats://a:6222, nats://b:6222 ]\n}\nhttp_port: 8222',
      { port: '8222' },
    ],
    ['jetstream: { store_dir: "/data/}" }\nhttp_port: 8222', { port: '8222' }],
    ['server_name: "http_port: 1"\nhttp_port: 8222', { port: '8222' }],
    ['http_port: 1\nhttp_port: 8222', { port: '8222' }],
    ['http_port: -1', { port: '-1' }],
    ['', {}],
  ])('%j says %j', (text, settings) => {
    expect(parseNatsConfig(text)).toEqual(settings);
  });

  it.each([
    ['an include, which may say anything', 'http_port: 8222\ninclude ./more.conf'],
    ['a variable', 'http_port: $PORT'],
    ['TLS', 'https_port: 8222'],
    ['a block where a value should be', 'http: { port: 8222 }'],
    ['a bracket that closes nothing', 'http_port: 8222\n}'],
    ['a block that is never closed', 'http_port: 8222\njetstream {'],
    ['a string that is never closed', 'http_port: 8222\nname: "x'],
  ])('says nothing for sure with %s', (_what, text) => {
    expect(parseNatsConfig(text)).toBeUndefined();
  });
});
