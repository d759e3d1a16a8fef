import { InterruptedError } from '../errors.js';
import type { ServerExit, ServerProcess } from '../server/server-process.js';

const killPatienceMs = 5_000;

/** How a wait for the end came out. `killed`: it had not ended by then, and was ended by SIGKILL. */
export interface AwaitedExit {
  readonly exit: ServerExit | undefined;
  readonly killed: boolean;
  /** When SIGKILL was sent. */
  readonly killedAtNs: bigint | undefined;
}

/** Waits for the main process to end, and ends its whole family at the deadline as a platform would. */
export async function waitForExit(
  server: ServerProcess,
  timeoutMs: number,
  interrupt: AbortSignal | undefined,
): Promise<AwaitedExit> {
  const exit = await exitWithin(server, timeoutMs, interrupt);
  if (exit !== undefined) return { exit, killed: false, killedAtNs: undefined };
  const killedAtNs = process.hrtime.bigint();
  server.destroy();
  return { exit: await exitWithin(server, killPatienceMs, interrupt), killed: true, killedAtNs };
}

/** The exit, or undefined when it does not come in time. Throws {@link InterruptedError}. */
export async function exitWithin(
  server: ServerProcess,
  timeoutMs: number,
  interrupt: AbortSignal | undefined,
): Promise<ServerExit | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let interrupted: (() => void) | undefined;
  const patience = new Promise<undefined>((resolve, reject) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
    interrupted = () => reject(new InterruptedError());
    interrupt?.addEventListener('abort', interrupted, { once: true });
    if (interrupt?.aborted === true) interrupted();
  });
  try {
    return await Promise.race([server.exited, patience]);
  } finally {
    clearTimeout(timer);
    if (interrupted !== undefined) interrupt?.removeEventListener('abort', interrupted);
  }
}
