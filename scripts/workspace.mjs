import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * What the checks read of a package.json.
 * @typedef {object} Manifest
 * @property {string} name
 * @property {boolean} [private]
 * @property {Record<string, string | Record<string, string> | null>} [exports]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

/**
 * A package of the workspace: its folder relative to the root, and its manifest.
 * @typedef {{ folder: string, manifest: Manifest }} WorkspacePackage
 */

/**
 * All packages in `packages/`, by folder name.
 * @returns {readonly WorkspacePackage[]}
 */
export function listPackages() {
  return readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}

/**
 * The packages that are published.
 * @returns {readonly WorkspacePackage[]}
 */
export function listPublicPackages() {
  return listPackages().filter(({ manifest }) => manifest.private !== true);
}

/**
 * Packs a built package as `npm publish` would.
 * @param {WorkspacePackage} workspacePackage
 * @param {string} destination an absolute path
 * @returns {{ tarball: string, unpackedBytes: number, files: readonly string[] }}
 */
export function pack({ folder }, destination) {
  mkdirSync(destination, { recursive: true });
  const args = ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', destination];
  const output = execFileSync('npm', args, { cwd: join(root, folder), encoding: 'utf8' });
  const [packed] = JSON.parse(output);
  return {
    tarball: join(destination, packed.filename),
    unpackedBytes: packed.unpackedSize,
    files: packed.files.map((/** @type {{ path: string }} */ file) => file.path),
  };
}

/**
 * @param {string} folder
 * @returns {Manifest}
 */
function readManifest(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
