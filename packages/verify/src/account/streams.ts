/**
 * The kinds of load. `ready-probe` and `live-probe` are accounted like any other request, but apart from the load;
 * `stuck` requests are never completed by the client, so nobody is accused of not answering them.
 */
export const streamKinds = [
  'keep-alive',
  'new',
  'pipelined',
  'upload',
  'download',
  'http2',
  'stuck',
  'ready-probe',
  'live-probe',
  'durable',
] as const;

export type StreamKind = (typeof streamKinds)[number];

/** Connections that are held open and carry no request that waits for an answer. */
export const heldKinds = ['idle', 'silent', 'half-header'] as const;

export type HeldKind = (typeof heldKinds)[number];

const notLoad: ReadonlySet<StreamKind> = new Set(['stuck', 'ready-probe', 'live-probe']);

/** Whether the requests of a stream are load that a client waits for. */
export function isLoad(stream: StreamKind): boolean {
  return !notLoad.has(stream);
}
