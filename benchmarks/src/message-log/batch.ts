/** What every system is given: messages of 256 bytes, 100 at once. */
export const MESSAGE_BYTES = 256;
export const BATCH_MESSAGES = 100;

/** One message; what is in it is the same for all. */
export const message: Buffer = Buffer.alloc(MESSAGE_BYTES, 'quiesce ');
