/** The reasons that the lifecycle itself gives; everything else came with a request, in words of its own. */
const ownReasons = /^(?:signal:SIG[A-Z0-9]+|crash|start-failed)$/;

/** A reason as a label: a free text would make a new time series of every stop. */
export function classifyReason(reason: string): string {
  return ownReasons.test(reason) ? reason : 'requested';
}
