/** What the harness sends to a holder: how many connections to which port. */
export interface HoldCommand {
  readonly port: number;
  readonly connections: number;
}

/** What a holder answers when all its connections have had an answer and are idle. */
export interface HoldReport {
  readonly held: number;
}
