/** The memory that the watchdog's thread shares with the main one, which can't be asked any more when it matters. */
export interface WatchdogCells {
  /** See {@link controlCells}. */
  readonly control: Int32Array<SharedArrayBuffer>;
  /** One cell: the deadline, in milliseconds of the kernel's monotonic clock. */
  readonly deadline: Float64Array<SharedArrayBuffer>;
  /** For each component, by its number: 1 + the number of the phase whose hook has not come to its end, or 0. */
  readonly running: Int32Array<SharedArrayBuffer>;
}

/** Where things are in the control cells: a counter to wake the thread, and the hook being called. */
export const controlCells = { generation: 0, calledComponent: 1, calledPhase: 2 } as const;

/** No component is being called. */
export const nobody = -1;

/** How many components have a cell; of those that come later it is only known when they block in the call itself. */
const runningCells = 4_096;

/** Creates the cells: no deadline, and nothing runs. */
export function createWatchdogCells(): WatchdogCells {
  const control = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT));
  const deadline = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT));
  const running = new Int32Array(new SharedArrayBuffer(runningCells * Int32Array.BYTES_PER_ELEMENT));
  control[controlCells.calledComponent] = nobody;
  deadline[0] = Number.POSITIVE_INFINITY;
  return { control, deadline, running };
}
