import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ChildRegistry } from './child-registry.js';

const PROGRAM = fileURLToPath(new URL('./witness-process.js', import.meta.url));

/**
 * Somebody else who sees a process end. Its parent sees it later: it has to reap it first, and then Linux forgets all
 * that anybody has looked up of it in `/proc`. For a process that had 10,000 open files, and a monitor on the machine
 * that had listed them, that takes 15 to 28 ms, in the parent.
 */
export interface EndWitness {
  /** To be given to the process, as one more of its files. */
  readonly file: Writable;
  /** When the process had closed all its files and given its memory back, in milliseconds of the monotonic clock. */
  readonly endedAtMs: Promise<number>;
  end(): Promise<void>;
}

/** Starts a witness. */
export async function startEndWitness(children: ChildRegistry): Promise<EndWitness> {
  const owned = children.start(process.execPath, [PROGRAM], { stdio: ['pipe', 'inherit', 'inherit', 'ipc'] });
  const { stdin } = owned.child;
  if (stdin === null) {
    throw new Error('the standard input of the witness is not a pipe');
  }
  await once(owned.child, 'message');
  const endedAtMs = once(owned.child, 'message').then(([atMs]) => Number(atMs));
  return { file: stdin, endedAtMs, end: () => owned.end() };
}
