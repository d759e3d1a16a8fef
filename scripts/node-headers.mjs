import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder whose `include/node/` has the C++ headers of the Node.js that runs this: beside its program, as its archives
 * have them, or where npm is told to look (`nodedir`). Undefined when they are in neither.
 * @returns {string | undefined}
 */
export function findNodeHeaders() {
  return [dirname(dirname(process.execPath)), configuredFolder()].find(
    (folder) => majorVersion(folder) === process.versions.node.split('.')[0],
  );
}

function configuredFolder() {
  const { stdout } = spawnSync('npm', ['config', 'get', 'nodedir'], { encoding: 'utf8' });
  return stdout?.trim() ?? '';
}

/**
 * @param {string} folder
 * @returns {string | undefined}
 */
function majorVersion(folder) {
  try {
    const header = readFileSync(join(folder, 'include/node/node_version.h'), 'utf8');
    return /^#define NODE_MAJOR_VERSION (\d+)$/m.exec(header)?.[1];
  } catch {
    return undefined;
  }
}
