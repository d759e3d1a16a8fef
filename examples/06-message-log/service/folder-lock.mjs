import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps a second service out of a folder while the first one writes there. A process that was killed has left its
 * lock behind: one whose process is gone counts for nothing.
 * @param {string} folder
 * @returns {Promise<() => void>} gives the lock back
 */
export async function lockFolder(folder) {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'lock');
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    const owner = Number(readFileSync(path, 'utf8'));
    if (owner !== process.pid && isRunning(owner))
      throw new Error(`${folder} is in use by process ${owner}`, { cause: error });
    writeFileSync(path, String(process.pid));
  }
  return () => rmSync(path, { force: true });
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
