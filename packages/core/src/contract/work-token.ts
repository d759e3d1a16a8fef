/** A piece of work in flight. Give it back with `leave()` or with `using`. */
export interface WorkToken extends Disposable {
  /** Aborts when the drain ends before the work does; its `reason` is a `WorkCutError`. */
  readonly signal: AbortSignal;
  /** Gives the token back; any further call does nothing. */
  leave(): void;
}
