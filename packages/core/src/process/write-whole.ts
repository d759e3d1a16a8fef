import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes a file whole or not at all: a reader, or a kill in between, never finds half of it. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
