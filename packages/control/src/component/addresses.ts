import type { AddressInfo } from 'node:net';

/** Where a control server can be reached. */
export interface ControlAddresses {
  readonly socketPath?: string;
  /** The loopback port, such as `http://127.0.0.1:9000`. */
  readonly url?: string;
  /** The port for probes and metrics. */
  readonly probesUrl?: string;
}

/** An address as a URL. One that stands for every address is named by the loopback address of its family. */
export function toUrl({ address, family, port }: AddressInfo): string {
  if (address === '::' || address === '0.0.0.0') return `http://127.0.0.1:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}

/** The addresses in one line, for a log. */
export function describeAddresses({ socketPath, url, probesUrl }: ControlAddresses): string {
  const control = [socketPath, url].filter((each) => each !== undefined).join(' and ');
  const probes = probesUrl === undefined ? '' : `; probes and metrics at ${probesUrl}`;
  return `control endpoint at ${control === '' ? 'no address' : control}${probes}`;
}
