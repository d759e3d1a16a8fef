import type { StreamPlan } from './assignment.js';

/** Divides the connections and rates of a run's streams among that many load processes. */
export function splitLoad(streams: readonly StreamPlan[], processes: number): StreamPlan[][] {
  return Array.from({ length: processes }, (_empty, worker) =>
    streams.flatMap((stream) => {
      const part = partOf(stream, worker, processes);
      return part === undefined ? [] : [part];
    }),
  );
}

function partOf(stream: StreamPlan, worker: number, processes: number): StreamPlan | undefined {
  switch (stream.kind) {
    case 'new':
      return { ...stream, perSecond: stream.perSecond / processes };
    case 'ready-probe':
    case 'live-probe':
      return worker === 0 ? stream : undefined;
    case 'http2': {
      const sessions = share(stream.sessions, worker, processes);
      return sessions > 0 ? { ...stream, sessions } : undefined;
    }
    case 'keep-alive':
    case 'pipelined':
    case 'upload':
    case 'download':
    case 'stuck':
    case 'held':
    case 'websocket':
    case 'sse':
    case 'durable': {
      const connections = share(stream.connections, worker, processes);
      return connections > 0 ? { ...stream, connections } : undefined;
    }
  }
}

function share(whole: number, worker: number, processes: number): number {
  return Math.floor(whole / processes) + (worker < whole % processes ? 1 : 0);
}
