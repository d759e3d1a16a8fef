/** What a configuration says about monitoring. */
export interface MonitoringSettings {
  /** As it is written there. */
  readonly port?: string;
  /** The host that stands with the port. */
  readonly monitoringHost?: string;
  /** The host of the server, which monitoring has too unless told otherwise. */
  readonly host?: string;
  readonly basePath?: string;
}

/** The top-level keys that matter, in lower case as the server reads them. Source: server/opts.go, processConfigFileLine. */
const secureKeys = new Set(['https', 'https_port']);
const portKeys = new Set(['http', 'http_port', 'monitor_port']);
const hostKeys = new Set(['host', 'net']);
/** Either may bring the port: `listen` has the host that monitoring takes. */
const listenKey = 'listen';

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

/**
 * Reads what a configuration of nats-server says about monitoring, at its top level; undefined when it cannot be told
 * for sure: with an `include`, a variable, TLS, or what is not understood. Not a parser of the whole language
 * (github.com/nats-io/nats-server, conf/lex.go): blocks are passed over.
 */
export function parseNatsConfig(text: string): MonitoringSettings | undefined {
  const entries = readTopLevel(text);
  if (entries === undefined) return undefined;
  let settings: MonitoringSettings = {};
  for (const { key, value } of entries) {
    const name = key.toLowerCase();
    if (name === 'include' || secureKeys.has(name)) return undefined;
    const isOurs =
      portKeys.has(name) || hostKeys.has(name) || name === listenKey || name === 'http_base_path';
    if (!isOurs) continue;
    if (value === undefined || (!value.isQuoted && value.text.startsWith('$'))) return undefined;
    settings = { ...settings, ...toSetting(name, value.text) };
  }
  return settings;
}

function toSetting(name: string, value: string): MonitoringSettings {
  if (name === 'http_base_path')
    return { basePath: value.replace(/^\/?(.*?)\/?$/, '/$1').replace(/^\/$/, '') };
  if (hostKeys.has(name)) return { host: value };
  const [, host = '', port = ''] = /^(?:(.*):)?(-?\d+)$/.exec(value) ?? [];
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (name === listenKey) return bare === '' ? {} : { host: bare };
  return { port: port === '' ? value : port, ...(bare === '' ? {} : { monitoringHost: bare }) };
}

interface Entry {
  readonly key: string;
  /** Undefined for a block or an array. */
  readonly value: Token | undefined;
}

/** Comments, strings of either quote, brackets, separators, and words, which may hold what begins a comment. */
const lexer =
  /(?<comment>(?:#|\/\/)[^\n]*)|"(?<double>(?:\\.|[^"\\])*)"|'(?<single>[^']*)'|(?<open>[{[(])|(?<close>[}\])])|(?<separator>[=:])|(?<end>[\n,;])|(?<blank>[^\S\n]+)|(?<word>[^\s"'{}[\]()=:,;](?:[^\s"'{}[\]()=:,;]|:(?=[^\s"'{[(]))*)|(?<other>.)/gsu;

/** The entries outside of all blocks, in their order; undefined for what is not understood. */
function readTopLevel(text: string): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  let depth = 0;
  let line: Token[] = [];
  const endLine = (): void => {
    const [key, value] = line;
    if (key !== undefined) entries.push({ key: key.text, value });
    line = [];
  };
  for (const { groups = {} } of text.matchAll(lexer)) {
    if (groups['other'] !== undefined) return undefined;
    if (groups['open'] !== undefined) {
      // A block is the value of its key.
      if (depth === 0 && line.length > 0) entries.push({ key: line[0]?.text ?? '', value: undefined });
      line = [];
      depth += 1;
    } else if (groups['close'] !== undefined) {
      depth -= 1;
      if (depth < 0) return undefined;
    } else if (depth > 0) continue;
    else if (groups['end'] !== undefined) endLine();
    else for (const token of toTokens(groups, line)) line.push(token);
  }
  endLine();
  return depth === 0 ? entries : undefined;
}

function toTokens(groups: Record<string, string | undefined>, line: readonly Token[]): readonly Token[] {
  const quoted = groups['double'] ?? groups['single'];
  if (quoted !== undefined) return [{ text: quoted, isQuoted: true }];
  const { word } = groups;
  if (word === undefined) return [];
  // A key may have its separator and its value right behind it: `port:4222`.
  const [, key = '', value = ''] = line.length === 0 ? (/^([^:]+):(.+)$/.exec(word) ?? []) : [];
  if (key === '') return [{ text: word, isQuoted: false }];
  return [key, value].map((text) => ({ text, isQuoted: false }));
}
