import type { StopStep } from '../contract/coordinator.js';

/**
 * ```
 *             all refused      all empty, together   all written      nothing shared is
 *   announce │ refuse          │ drain │ (cut)        │ persist        │ release ─▶ report, end
 *   ─────────┴─ barrier ───────┴───────┴─ barrier ────┴─ barrier ──────┴─ released before
 * ```
 */
const stepOrder: readonly StopStep[] = ['announce', 'refuse', 'drain', 'cut', 'persist', 'release'];

/** Whether `a` comes before `b`. */
export function isBefore(a: StopStep, b: StopStep): boolean {
  return stepOrder.indexOf(a) < stepOrder.indexOf(b);
}
