/** An option is not as it must be. Says which option, which rule, and which value came. */
export class VerifyOptionsError extends Error {
  readonly code = 'VERIFY_OPTIONS';
  readonly option: string;
  constructor(option: string, rule: string, value: unknown) {
    super(`${option} ${rule}; got ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`);
    this.name = 'VerifyOptionsError';
    this.option = option;
  }
}

/** The server could not be judged: it exited, never listened, or answered nothing that could be a baseline. */
export class NotJudgeableError extends Error {
  readonly code = 'VERIFY_NOT_JUDGEABLE';
  /** The last lines that the server wrote. */
  readonly output: string;
  constructor(message: string, output = '') {
    super(message);
    this.name = 'NotJudgeableError';
    this.output = output;
  }
}

/** The judge itself failed: a load process ended, or its log does not add up. No verdict on the server. */
export class JudgeError extends Error {
  readonly code = 'VERIFY_JUDGE';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'JudgeError';
  }
}

/** The judging was interrupted by its caller; everything that it had started is ended. */
export class InterruptedError extends Error {
  readonly code = 'VERIFY_INTERRUPTED';
  constructor() {
    super('the judging was interrupted');
    this.name = 'InterruptedError';
  }
}
