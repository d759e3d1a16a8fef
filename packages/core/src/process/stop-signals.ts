import type { SignalEffect } from '../contract/events.js';
import { compareModes, modeRules, type StopMode } from '../contract/modes.js';
import type { SignalModes } from '../options/lifecycle-options.js';
import type { Clock } from '../ports/clock.js';
import type { SignalSource } from '../ports/signal-source.js';

/** What signals act on. */
export interface SignalTarget {
  /** The mode in force; undefined while no stop was asked for. */
  mode(): StopMode | undefined;
  stop(mode: StopMode, reason: string): void;
  climb(mode: StopMode, reason: string): boolean;
  tell(signal: NodeJS.Signals, effect: SignalEffect): void;
}

/** What stop signals are listened to with. */
export interface StopSignalOptions {
  readonly modes: SignalModes;
  readonly debounceMs: number;
  readonly source: SignalSource;
  readonly clock: Clock;
}

/**
 * Turns signals into stops, until the returned function is called.
 *
 * One press may arrive more than once: npm, dumb-init and `node --watch` pass on a signal that the process group got
 * already. So signals within `debounceMs` of the first one of a press belong to it; the next press climbs a rung.
 */
export function listenToStopSignals(options: StopSignalOptions, target: SignalTarget): () => void {
  let pressMs: number | undefined;

  const resolveEffect = (signal: NodeJS.Signals, wanted: StopMode): SignalEffect => {
    const nowMs = options.clock.now();
    const mode = target.mode();
    const isFirstPress = pressMs === undefined;
    const isSamePress = pressMs !== undefined && nowMs - pressMs < options.debounceMs;
    const isStronger = mode !== undefined && compareModes(wanted, mode) > 0;
    if (isSamePress && !isStronger) return 'same-press';
    pressMs = nowMs;
    const reason = `signal:${signal}`;
    if (mode === undefined) {
      target.stop(wanted, reason);
      return 'stop';
    }
    if (isFirstPress && !isStronger) return 'joined';
    const next = isStronger ? wanted : modeRules[mode].next;
    return next !== undefined && target.climb(next, reason) ? 'climb' : 'ignored';
  };

  const stops = Object.entries(options.modes).map(([name, mode]) => {
    const signal = name as NodeJS.Signals;
    return options.source.on(signal, () => target.tell(signal, resolveEffect(signal, mode)));
  });
  return () => {
    for (const stop of stops) stop();
  };
}
