import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A TCP socket that listens. `host` is an address that reaches it from this machine. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
}

const listenState = '0A';

/** What these processes listen on, found in /proc (proc(5): net/tcp, net/tcp6 and PID/fd). */
export function listenersOf(pids: readonly number[]): Listener[] {
  const found = new Map<string, Listener>();
  for (const pid of pids) {
    const inodes = socketInodesOf(pid);
    if (inodes.size === 0) continue;
    for (const { inode, host, port } of listeningSockets(pid)) {
      if (inodes.has(inode)) found.set(`${host}:${port}`, { host, port, pid });
    }
  }
  return [...found.values()].toSorted((a, b) => a.port - b.port);
}

function socketInodesOf(pid: number): ReadonlySet<string> {
  const inodes = new Set<string>();
  try {
    for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  } catch {
    // It has ended, or belongs to another user.
  }
  return inodes;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

interface ListeningSocket {
  readonly inode: string;
  readonly host: string;
  readonly port: number;
}

/** The listening sockets of that process's network namespace. */
function listeningSockets(pid: number): ListeningSocket[] {
  return [`/proc/${pid}/net/tcp`, `/proc/${pid}/net/tcp6`].flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'latin1');
    } catch {
      return [];
    }
    return text
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === listenState)
      .map((fields) => parseLocalAddress(fields[1] ?? '', fields[9] ?? ''));
  });
}

/** `0100007F:1F90` is 127.0.0.1:8080: the address in the machine's byte order, four bytes at a time. */
export function parseLocalAddress(text: string, inode: string): ListeningSocket {
  const [address = '', port = ''] = text.split(':');
  return { inode, host: reachableHost(address), port: Number.parseInt(port, 16) };
}

function reachableHost(hex: string): string {
  if (/^0+$/.test(hex)) return '127.0.0.1';
  if (hex.length === 8) return ipv4Of(hex);
  if (hex === '00000000000000000000000001000000') return '::1';
  if (hex.startsWith('0000000000000000FFFF0000')) return ipv4Of(hex.slice(24));
  const groups = hex.match(/.{8}/g) ?? [];
  return groups
    .flatMap((word) => {
      const bytes = (word.match(/../g) ?? []).toReversed();
      return [`${bytes[0]}${bytes[1]}`, `${bytes[2]}${bytes[3]}`];
    })
    .join(':')
    .toLowerCase();
}

function ipv4Of(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}
