import { type StreamKind, streamKinds } from './streams.js';
import { type Verdict, verdicts } from './verdicts.js';

/** One request, as the load process wrote it down. Times in microseconds since the run's epoch. */
export interface RequestRecord {
  /** Which load process sent it; with `seq` it is the request's identity. */
  readonly worker: number;
  readonly seq: number;
  readonly stream: StreamKind;
  readonly verdict: Verdict;
  readonly template: number;
  /** When the plan wanted it sent; later than that is the client's own delay (coordinated omission). */
  readonly intendedUs: number;
  readonly begunUs: number;
  readonly endedUs: number;
  readonly status: number;
  readonly bodyBytes: number;
  readonly reused: boolean;
  /** Whether the connection was established, so that the request left the client. */
  readonly sent: boolean;
  /** Whether this answer carried `Connection: close`, or its connection had received GOAWAY. */
  readonly closeAnnounced: boolean;
  /** Whether the answer carried the marker of its handler; see `servedHeader`, `servedBody`. */
  readonly marked: boolean;
}

/** The size of one record on disk. */
export const recordBytes = 32;

const reusedFlag = 1;
const closeFlag = 2;
const sentFlag = 4;
const markedFlag = 8;
const largestUint32 = 0xff_ff_ff_ff;

/** Writes a record into a buffer with room for {@link recordBytes} at the offset. */
export function encodeRecord(record: RequestRecord, into: Buffer, offset: number): void {
  into.writeUInt32LE(record.seq, offset);
  into.writeUInt32LE(clampMicroseconds(record.intendedUs), offset + 4);
  into.writeUInt32LE(clampMicroseconds(record.begunUs), offset + 8);
  into.writeUInt32LE(clampMicroseconds(record.endedUs), offset + 12);
  into.writeUInt32LE(Math.min(record.bodyBytes, largestUint32), offset + 16);
  into.writeUInt16LE(record.status, offset + 20);
  into.writeUInt16LE(record.worker, offset + 22);
  into.writeUInt8(streamKinds.indexOf(record.stream), offset + 24);
  into.writeUInt8(verdicts.indexOf(record.verdict), offset + 25);
  into.writeUInt8(flagsOf(record), offset + 26);
  into.writeUInt8(record.template, offset + 27);
  into.writeUInt32LE(0, offset + 28);
}

/** Reads the record at the offset. Throws when the bytes are none. */
export function decodeRecord(from: Buffer, offset: number): RequestRecord {
  const stream = streamKinds[from.readUInt8(offset + 24)];
  const verdict = verdicts[from.readUInt8(offset + 25)];
  if (stream === undefined || verdict === undefined) throw new Error(`no request record at byte ${offset}`);
  const flags = from.readUInt8(offset + 26);
  return {
    worker: from.readUInt16LE(offset + 22),
    seq: from.readUInt32LE(offset),
    stream,
    verdict,
    template: from.readUInt8(offset + 27),
    intendedUs: from.readUInt32LE(offset + 4),
    begunUs: from.readUInt32LE(offset + 8),
    endedUs: from.readUInt32LE(offset + 12),
    status: from.readUInt16LE(offset + 20),
    bodyBytes: from.readUInt32LE(offset + 16),
    reused: (flags & reusedFlag) !== 0,
    sent: (flags & sentFlag) !== 0,
    closeAnnounced: (flags & closeFlag) !== 0,
    marked: (flags & markedFlag) !== 0,
  };
}

function flagsOf({ reused, closeAnnounced, sent, marked }: RequestRecord): number {
  return (
    (reused ? reusedFlag : 0) |
    (closeAnnounced ? closeFlag : 0) |
    (sent ? sentFlag : 0) |
    (marked ? markedFlag : 0)
  );
}

function clampMicroseconds(value: number): number {
  return Math.min(Math.max(0, Math.round(value)), largestUint32);
}
