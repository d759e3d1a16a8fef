import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What an installation weighs. */
export interface Installed {
  readonly packages: number;
  /** The sum of the sizes of all files, in KiB. */
  readonly kiB: number;
  /** What they take on this disk, whole blocks and folders included, in KiB; as `du` has it. */
  readonly diskKiB: number;
  /** Packages that run a program of their own when they are installed. */
  readonly withInstallScript: readonly string[];
}

interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
}

interface Weight {
  readonly bytes: number;
  readonly diskBytes: number;
}

const DISK_BLOCK_BYTES = 512;

function weigh(path: string): Weight {
  const entry = lstatSync(path);
  const own = { bytes: entry.isDirectory() ? 0 : entry.size, diskBytes: entry.blocks * DISK_BLOCK_BYTES };
  const parts = entry.isDirectory() ? readdirSync(path).map((name) => weigh(join(path, name))) : [];
  return parts.reduce(
    (sum, part) => ({ bytes: sum.bytes + part.bytes, diskBytes: sum.diskBytes + part.diskBytes }),
    own,
  );
}

/** Weighs the `node_modules` of a folder, by the lock file that npm wrote there; what npm keeps for itself is not counted. */
export function weighInstalled(folder: string): Installed {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  const installed = Object.entries(lock.packages).filter(
    ([path]) => path !== '' && existsSync(join(folder, path)),
  );
  const modules = join(folder, 'node_modules');
  const weights = readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .map((name) => weigh(join(modules, name)));
  return {
    packages: installed.length,
    kiB: weights.reduce((sum, { bytes }) => sum + bytes, 0) / 1024,
    diskKiB: weights.reduce((sum, { diskBytes }) => sum + diskBytes, 0) / 1024,
    withInstallScript: installed
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, '')),
  };
}
