import type { ChildExit } from '../child/child-exit.js';
import type { StopProfile } from '../profiles/stop-profile.js';

/** Whether a command that was sent these signals ended as it does when all went well. */
export function isCleanExit(
  { code, signal }: ChildExit,
  { exits = {} }: StopProfile,
  sent: ReadonlySet<NodeJS.Signals>,
): boolean {
  const { codes = [0], after = {}, bySignal = false } = exits;
  if (signal !== null) return bySignal && sent.has(signal);
  if (code === null) return false;
  if (codes.includes(code)) return true;
  return [...sent].some((each) => after[each]?.includes(code) === true);
}
