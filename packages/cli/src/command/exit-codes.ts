/** The exit codes of the command, but for those of `quiesce verify`; see `docs/command.md`. */
export const exitCodes = {
  /** The service has ended, and nothing was lost; or what was asked for is done. */
  clean: 0,
  /** The service failed, or the command could not do what it was asked for. */
  failed: 1,
  /** The service was, or had to be, killed. */
  forced: 2,
  /** The service has ended, and something was late, failed or cut. */
  incomplete: 3,
  notFound: 4,
  notAllowed: 5,
  /** The service is still there. */
  stillRunning: 6,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
