import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeRecord, type RequestRecord, recordBytes } from '../account/request-record.js';

/** The log of one load process: fixed-size records, appended in blocks, so that memory does not grow with the run. */
export interface RequestLog {
  append(record: RequestRecord): void;
  /** Writes what is left and gives the file back. */
  close(): void;
}

const recordsPerBlock = 2_048;

export function openRequestLog(file: string): RequestLog {
  const descriptor = openSync(file, 'w');
  const block = Buffer.alloc(recordBytes * recordsPerBlock);
  let used = 0;
  const flush = (): void => {
    let written = 0;
    while (written < used) written += writeSync(descriptor, block, written, used - written);
    used = 0;
  };
  return {
    append(record) {
      encodeRecord(record, block, used);
      used += recordBytes;
      if (used === block.length) flush();
    },
    close() {
      flush();
      closeSync(descriptor);
    },
  };
}
