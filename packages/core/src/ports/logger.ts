/**
 * Where a lifecycle writes its log lines. pino and the console both fit: the fields come first, the sentence after.
 */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Writes each message as one line on the standard error; the fields are left to loggers that keep them. */
export function createConsoleLogger(name: string): Logger {
  const write = (message: string): void => {
    process.stderr.write(`quiesce ${name}: ${message}\n`);
  };
  return {
    info: (_fields, message) => write(message),
    warn: (_fields, message) => write(message),
    error: (_fields, message) => write(message),
  };
}

/** Writes nothing. */
export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} };
