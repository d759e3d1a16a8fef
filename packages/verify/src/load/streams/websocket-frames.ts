/** One frame from a server (RFC 6455, section 5.2): those are never masked. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export const closeOpcode = 0x8;
export const pingOpcode = 0x9;
const pongOpcode = 0xa;
const noStatus = 1_005;

/** Takes whole frames off the front of the bytes; the rest waits for more. */
export function takeFrames(bytes: Buffer): {
  readonly frames: readonly ServerFrame[];
  readonly rest: Buffer;
} {
  const frames: ServerFrame[] = [];
  let rest = bytes;
  for (;;) {
    const frame = firstFrame(rest);
    if (frame === undefined) return { frames, rest };
    frames.push({ opcode: frame.opcode, payload: frame.payload });
    rest = rest.subarray(frame.size);
  }
}

function firstFrame(bytes: Buffer): (ServerFrame & { readonly size: number }) | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const start = 2 + lengthBytes;
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : lengthBytes === 2 ? bytes.readUInt16BE(2) : short;
  if (bytes.length < start + length) return undefined;
  return {
    opcode: bytes.readUInt8(0) & 0x0f,
    payload: bytes.subarray(start, start + length),
    size: start + length,
  };
}

/** The status of a close frame; 1005 when it has none (RFC 6455, section 7.1.5). */
export function closeCodeOf(payload: Buffer): number {
  return payload.length >= 2 ? payload.readUInt16BE(0) : noStatus;
}

/** The answer to a control frame: a close frame with the same status, or a pong. A mask of zeros is a mask. */
export function answerTo({ opcode, payload }: ServerFrame): Buffer {
  const echoed = opcode === closeOpcode ? payload.subarray(0, 2) : payload;
  const head = Buffer.alloc(6);
  head.writeUInt8(0x80 | (opcode === closeOpcode ? closeOpcode : pongOpcode), 0);
  head.writeUInt8(0x80 | echoed.length, 1);
  return Buffer.concat([head, echoed]);
}
