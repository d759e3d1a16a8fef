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

/**
 * A logger whose failures end at itself: one that can't write (a full disk under the standard error, say) must stop
 * neither a stop nor the handling of a crash, and nobody is left who could be told.
 */
export function createSafeLogger(logger: Logger): Logger {
  const attempt =
    (level: keyof Logger) =>
    (fields: object, message: string): void => {
      try {
        logger[level](fields, message);
      } catch {
        // See above.
      }
    };
  return { info: attempt('info'), warn: attempt('warn'), error: attempt('error') };
}

/** Writes nothing. */
export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} };
