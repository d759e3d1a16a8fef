import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { authorityOf, type HeldObservation, type StreamPlan } from '../assignment.js';
import { ResponseParser } from '../http1/response-parser.js';
import { openSocket } from '../socket.js';
import { createCountdown, type Stream, type StreamContext } from './stream.js';
import { answerTo, closeCodeOf, closeOpcode, pingOpcode, takeFrames } from './websocket-frames.js';

type LongLivedPlan = Extract<StreamPlan, { kind: 'websocket' | 'sse' }>;

/** What a protocol reports of its connection. */
interface Progress {
  /** The server has accepted the WebSocket, or begun the event stream. */
  accepted(): void;
  /** The protocol's own end has come. */
  ended(code?: number): void;
}

/** Clients of a WebSocket or an event stream, that stay until the server ends it. */
export function longLivedStream(context: StreamContext, plan: LongLivedPlan): Stream {
  const countdown = createCountdown(plan.connections);
  const closings = createCountdown(plan.connections);
  const observations: HeldObservation[] = [];
  for (let client = 0; client < plan.connections; client += 1) {
    stay(context, plan, { established: countdown.arrived, closed: closings.arrived }, (observation) => {
      observations[client] = observation;
    });
  }
  return {
    established: countdown.done,
    finish: () => undefined,
    held: () => observations,
    gone: closings.done,
  };
}

function stay(
  context: StreamContext,
  plan: LongLivedPlan,
  tell: { readonly established: () => void; readonly closed: () => void },
  observe: (observation: HeldObservation) => void,
): void {
  const { kind } = plan;
  let openedUs = context.clock.nowUs();
  let accepted = false;
  let failed = false;
  let end: { readonly code?: number } | undefined;
  const socket = openSocket(context.target, () => {
    context.meter.opened();
    socket.write(headOf(context, plan));
  });
  const progress: Progress = {
    accepted: () => {
      if (accepted) return;
      accepted = true;
      openedUs = context.clock.nowUs();
      observe({ kind, openedUs, closedUs: undefined, how: 'open' });
      tell.established();
    },
    ended: (code) => {
      end ??= code === undefined ? {} : { code };
    },
  };
  if (kind === 'websocket') followWebSocket(socket, progress);
  else followEventStream(socket, progress);
  socket.on('error', () => {
    failed = true;
  });
  socket.on('close', () => {
    context.meter.closed();
    const how = end ? 'ended-in-order' : accepted ? (failed ? 'reset' : 'closed') : 'refused';
    observe({ kind, openedUs, closedUs: context.clock.nowUs(), how, ...end });
    tell.closed();
  });
}

function headOf(context: StreamContext, plan: LongLivedPlan): string {
  const path = context.templates[plan.template]?.path ?? '/';
  const common = `GET ${path} HTTP/1.1\r\nhost: ${authorityOf(context.target)}\r\n`;
  if (plan.kind === 'sse') return `${common}accept: text/event-stream\r\n\r\n`;
  const key = randomBytes(16).toString('base64');
  return `${common}connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`;
}

function followWebSocket(socket: Socket, progress: Progress): void {
  let rest: Buffer = Buffer.alloc(0);
  let upgraded = false;
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (!upgraded) {
      const headEnd = rest.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      if (!rest.toString('latin1', 0, 12).endsWith(' 101')) return void socket.destroy();
      upgraded = true;
      progress.accepted();
      rest = rest.subarray(headEnd + 4);
    }
    const taken = takeFrames(rest);
    rest = taken.rest;
    for (const frame of taken.frames) {
      if (frame.opcode === closeOpcode || frame.opcode === pingOpcode) socket.write(answerTo(frame));
      if (frame.opcode === closeOpcode) progress.ended(closeCodeOf(frame.payload));
    }
  });
}

function followEventStream(socket: Socket, progress: Progress): void {
  const parser = new ResponseParser({
    head: ({ status }) => {
      if (status === 200) progress.accepted();
      else socket.destroy();
    },
    body: () => undefined,
    complete: () => progress.ended(),
  });
  socket.on('data', (chunk: Buffer) => {
    try {
      parser.push(chunk);
    } catch {
      socket.destroy();
    }
  });
  socket.on('end', () => parser.end());
}
