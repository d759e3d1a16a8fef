/** What decides on an extension, all in milliseconds of one monotonic clock. */
export interface ExtensionInput {
  readonly nowMs: number;
  /** The instant by which the stop is over in any case. */
  readonly deadlineMs: number;
  /** When progress was last made. */
  readonly progressMs: number;
  /** Up to when the last extension goes; absent before the first. */
  readonly extendedUntilMs?: number;
}

/** How an extension is measured. */
export interface ExtensionRule {
  /** How long after its last progress a stop counts as stalled, in milliseconds. */
  readonly stallMs: number;
  /** What the process needs after its deadline to be gone, in milliseconds. */
  readonly exitMs: number;
}

/** An extension of the service manager's timeout. */
export interface Extension {
  /** What to send as `EXTEND_TIMEOUT_USEC=`, in milliseconds from now. */
  readonly forMs: number;
  /** The instant that this leads to; the next call's `extendedUntilMs`. */
  readonly untilMs: number;
}

/**
 * How much more time to ask for: until the stop would count as stalled, and never beyond its own deadline.
 *
 * ```
 *   progress ──── stallMs ────▶│ the service manager may cut here …
 *        progress ──── stallMs ────▶│ … no, here
 *                                        deadline + exitMs ▶│ … and here in any case
 * ```
 *
 * `undefined` when nothing has moved since the last extension. An extension only ever lengthens: systemd acts after
 * `TimeoutStopSec=` or after the last extension, whichever is later (systemd.service(5), sd_notify(3)).
 */
export function resolveExtension(input: ExtensionInput, rule: ExtensionRule): Extension | undefined {
  const untilMs = Math.min(input.progressMs + rule.stallMs, input.deadlineMs + rule.exitMs);
  const leastMs = Math.max(input.nowMs, input.extendedUntilMs ?? Number.NEGATIVE_INFINITY);
  return untilMs > leastMs ? { forMs: untilMs - input.nowMs, untilMs } : undefined;
}
