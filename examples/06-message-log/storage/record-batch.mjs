import { crc32 } from 'node:zlib';

/**
 * Messages that were appended together, as they are on the disk. They are there whole or not at all.
 *
 * ```
 *   crc32 of what follows 4 │ body's length 4 │ first offset 8 │ count 4 │ body: count × ( length 4 │ message )
 * ```
 * @typedef {object} RecordBatch
 * @property {number} firstOffset
 * @property {number} count
 * @property {Buffer} body
 */

export const headerBytes = 20;
const lengthBytes = 4;

/**
 * The header of a batch; the body follows it as it came, so that nothing has to be copied.
 * @param {RecordBatch} batch
 */
export function encodeHeader({ firstOffset, count, body }) {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32BE(body.length, 4);
  header.writeBigUInt64BE(BigInt(firstOffset), 8);
  header.writeUInt32BE(count, 16);
  header.writeUInt32BE(checksum(header, body), 0);
  return header;
}

/**
 * How long the batch at a place is, header and all, as far as its header says; undefined when that is not there.
 * @param {Buffer} bytes
 * @param {number} at
 */
export function batchBytes(bytes, at) {
  return bytes.length - at < headerBytes ? undefined : headerBytes + bytes.readUInt32BE(at + 4);
}

/**
 * The batch at a place; undefined when it is not whole, or not what was written.
 * @param {Buffer} bytes
 * @param {number} at
 * @returns {RecordBatch | undefined}
 */
export function decodeBatch(bytes, at) {
  const length = batchBytes(bytes, at);
  if (length === undefined || bytes.length - at < length) return undefined;
  const header = bytes.subarray(at, at + headerBytes);
  const body = bytes.subarray(at + headerBytes, at + length);
  if (checksum(header, body) !== header.readUInt32BE(0)) return undefined;
  return { firstOffset: Number(header.readBigUInt64BE(8)), count: header.readUInt32BE(16), body };
}

/**
 * A body of messages.
 * @param {readonly Uint8Array[]} messages
 */
export function joinMessages(messages) {
  return Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.allocUnsafe(lengthBytes);
      length.writeUInt32BE(message.length);
      return [length, message];
    }),
  );
}

/**
 * How many messages a body has; undefined when it is none.
 * @param {Buffer} body
 */
export function countMessages(body) {
  let count = 0;
  let at = 0;
  while (body.length - at >= lengthBytes) {
    at += lengthBytes + body.readUInt32BE(at);
    count += 1;
  }
  return at === body.length && count > 0 ? count : undefined;
}

/**
 * A body without its first messages.
 * @param {Buffer} body
 * @param {number} skipped
 */
export function skipMessages(body, skipped) {
  let at = 0;
  for (let left = skipped; left > 0; left -= 1) at += lengthBytes + body.readUInt32BE(at);
  return body.subarray(at);
}

/**
 * The messages of a body.
 * @param {Buffer} body
 * @returns {Buffer[]}
 */
export function splitMessages(body) {
  /** @type {Buffer[]} */
  const messages = [];
  for (let at = 0; at < body.length; ) {
    const end = at + lengthBytes + body.readUInt32BE(at);
    messages.push(body.subarray(at + lengthBytes, end));
    at = end;
  }
  return messages;
}

/**
 * @param {Buffer} header
 * @param {Buffer} body
 */
function checksum(header, body) {
  return crc32(body, crc32(header.subarray(4)));
}
