import type { StreamPlan } from '../assignment.js';
import { downloadStream } from './downloads.js';
import { durableStream } from './durable.js';
import { heldStream } from './held.js';
import { http2Stream } from './http2.js';
import { keepAliveStream } from './keep-alive.js';
import { longLivedStream } from './long-lived.js';
import { newConnectionStream } from './new-connections.js';
import { pipelinedStream } from './pipelined.js';
import { probeStream } from './probes.js';
import type { Stream, StreamContext } from './stream.js';
import { stuckStream, uploadStream } from './uploads.js';

/** Sets one planned stream to work. */
export function createStream(context: StreamContext, plan: StreamPlan): Stream {
  switch (plan.kind) {
    case 'keep-alive':
      return keepAliveStream(context, plan);
    case 'new':
      return newConnectionStream(context, plan);
    case 'pipelined':
      return pipelinedStream(context, plan);
    case 'upload':
      return uploadStream(context, plan);
    case 'download':
      return downloadStream(context, plan);
    case 'stuck':
      return stuckStream(context, plan);
    case 'held':
      return heldStream(context, plan);
    case 'ready-probe':
    case 'live-probe':
      return probeStream(context, plan);
    case 'http2':
      return http2Stream(context, plan);
    case 'websocket':
    case 'sse':
      return longLivedStream(context, plan);
    case 'durable':
      return durableStream(context, plan);
  }
}
