import { crc32 } from 'node:zlib';

/** A record on disk: its length and its checksum, 4 bytes each, then the record itself. */
const headerBytes = 8;

/**
 * Puts a record into the form it has on disk.
 * @param {Buffer} record
 * @returns {Buffer}
 */
export function encodeRecord(record) {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(record.length, 0);
  header.writeUInt32BE(crc32(record), 4);
  return Buffer.concat([header, record]);
}

/**
 * Reads a file of records up to its end, or up to the first record that is not whole: a process that was killed
 * while it wrote leaves such a one behind, and it was never synced.
 * @param {Buffer} file
 * @returns {{ records: Buffer[], wholeBytes: number }}
 */
export function decodeRecords(file) {
  /** @type {Buffer[]} */
  const records = [];
  let offset = 0;
  while (file.length - offset >= headerBytes) {
    const end = offset + headerBytes + file.readUInt32BE(offset);
    const record = file.subarray(offset + headerBytes, end);
    if (end > file.length || crc32(record) !== file.readUInt32BE(offset + 4)) break;
    records.push(record);
    offset = end;
  }
  return { records, wholeBytes: offset };
}
