import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { JudgeError } from '../errors.js';
import { decodeRecord, type RequestRecord, recordBytes } from './request-record.js';

const recordsPerRead = 8_192;

/** The records of a log, a block at a time. Throws {@link JudgeError} when the log ends within a record. */
export function* readRecords(file: string): Generator<RequestRecord> {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size % recordBytes !== 0)
      throw new JudgeError(`the request log ends within a record (${size} bytes)`);
    const block = Buffer.alloc(recordBytes * recordsPerRead);
    for (;;) {
      const read = readSync(descriptor, block, 0, block.length, null);
      if (read === 0) return;
      for (let offset = 0; offset < read; offset += recordBytes) yield decodeRecord(block, offset);
    }
  } finally {
    closeSync(descriptor);
  }
}
