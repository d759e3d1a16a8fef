import { createHash } from 'node:crypto';

/** Compares a body with what it must be, chunk by chunk. */
export interface BodyCheck {
  update(chunk: Buffer): void;
  /** Whether all of it, and nothing else, has come. */
  isExact(): boolean;
}

/** A body that is known in advance. */
export function createExactCheck(expected: Buffer): BodyCheck {
  let offset = 0;
  let same = true;
  return {
    update(chunk) {
      same &&=
        expected.compare(chunk, 0, chunk.length, offset, Math.min(offset + chunk.length, expected.length)) ===
        0;
      offset += chunk.length;
    },
    isExact: () => same && offset === expected.length,
  };
}

const PATTERN_PERIOD = 251;

/** `bytes` bytes whose byte i is i mod 251, as the servers make them too. */
export function createPattern(bytes: number): Buffer {
  const pattern = Buffer.allocUnsafe(bytes);
  for (let index = 0; index < bytes; index += 1) {
    pattern[index] = index % PATTERN_PERIOD;
  }
  return pattern;
}

/** The answer that a server owes to an upload. */
export function uploadReceipt(id: string, body: Buffer): Buffer {
  const digest = createHash('sha256').update(body).digest('hex');
  return Buffer.from(`${id} ${body.length} ${digest}\n`);
}
