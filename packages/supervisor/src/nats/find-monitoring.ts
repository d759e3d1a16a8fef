import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type MonitoringSettings, parseNatsConfig } from './parse-nats-config.js';

/** The flags of nats-server that matter here, and the setting that each one makes. Source: `nats-server --help`. */
const flags: Readonly<Record<string, 'port' | 'host' | 'config' | 'secure'>> = {
  m: 'port',
  http_port: 'port',
  a: 'host',
  addr: 'host',
  net: 'host',
  c: 'config',
  config: 'config',
  ms: 'secure',
  https_port: 'secure',
};

/**
 * Finds out where a nats-server serves its monitoring, from its arguments and its configuration file; undefined when
 * there is none, or when it cannot be told for sure: a guess that is wrong would make a ready server unready.
 *
 * Flags take precedence over the file. Source: server/opts.go, ConfigureOptions.
 *
 * @returns such as `http://127.0.0.1:8222`, with the base path if there is one
 */
export function findNatsMonitoring(args: readonly string[], cwd: string = process.cwd()): string | undefined {
  const given = readFlags(args);
  if (given === undefined || given.secure !== undefined) return undefined;
  const file = given.config === undefined ? {} : readConfig(resolve(cwd, given.config));
  if (file === undefined) return undefined;
  const portText = given.port ?? file.port;
  if (portText === undefined || !/^\d+$/.test(portText)) return undefined;
  const port = Number(portText);
  if (port < 1 || port > 65_535) return undefined;
  const host = (given.port === undefined ? file.monitoringHost : undefined) ?? given.host ?? file.host ?? '';
  return `http://${toLoopback(host)}:${port}${file.basePath ?? ''}`;
}

/** Go's flags begin with one dash or two, and have their value behind `=` or in the next argument. Source: package flag. */
function readFlags(
  args: readonly string[],
): Partial<Record<'port' | 'host' | 'config' | 'secure', string>> | undefined {
  const found: Partial<Record<'port' | 'host' | 'config' | 'secure', string>> = {};
  for (const [index, arg] of args.entries()) {
    const [, name = '', value = args[index + 1]] = /^--?([a-z_]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const setting = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (setting === undefined) continue;
    if (value === undefined) return undefined;
    found[setting] = value;
  }
  return found;
}

function readConfig(path: string): MonitoringSettings | undefined {
  try {
    return parseNatsConfig(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function toLoopback(host: string): string {
  if (host === '' || host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
