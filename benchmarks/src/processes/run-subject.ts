import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ChildRegistry } from './child-registry.js';
import { withinLimit } from './within-limit.js';

const SUBJECTS = new URL('../../subjects/', import.meta.url);
const LIMIT_MS = 60_000;

/** Runs a measured program in a process of its own, and answers what it prints: one value, as JSON. */
export async function runSubject(
  children: ChildRegistry,
  name: string,
  args: readonly (string | number)[],
): Promise<unknown> {
  const program = fileURLToPath(new URL(`${name}.mjs`, SUBJECTS));
  const owned = children.start(process.execPath, ['--expose-gc', program, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { stdout } = owned.child;
  if (stdout === null) {
    throw new Error('the standard output is not a pipe');
  }
  try {
    const [output, { code, signal }] = await withinLimit(
      LIMIT_MS,
      `${name} ${args.join(' ')}`,
      Promise.all([text(stdout), owned.exited]),
    );
    if (code !== 0) {
      throw new Error(`${name} ${args.join(' ')} ended with ${code ?? signal}`);
    }
    return JSON.parse(output);
  } finally {
    await owned.end();
  }
}
