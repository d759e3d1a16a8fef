import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Where programs are looked for without a `PATH`; see execvp(3). */
const defaultPath = '/bin:/usr/bin';

/** The path of a program in the folders of a `PATH`; `undefined` when none of them has it. */
export function findProgram(name: string, searchPath: string = defaultPath): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
