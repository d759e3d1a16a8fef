import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Why a server could not be had when it was tried; undefined when it was not tried, or is here.
 * @param {string} name
 * @returns {string | undefined}
 */
export function whyNotInstalled(name) {
  try {
    return readFileSync(failureFile(name), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * Keeps for the tests why a server could not be had.
 * @param {string} name
 * @param {string | undefined} failure undefined when it is here
 * @returns {boolean} whether it is here
 */
export function keepFailure(name, failure) {
  const file = failureFile(name);
  mkdirSync(dirname(file), { recursive: true });
  if (failure === undefined) rmSync(file, { force: true });
  else writeFileSync(file, failure);
  return failure === undefined;
}

/** @param {string} name */
function failureFile(name) {
  return fileURLToPath(new URL(`../.cache/servers/${name}.failure.txt`, import.meta.url));
}
