import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OptionsError } from '@quiesce/core';
import { parseProfile } from './parse-profile.js';
import type { StopProfile } from './stop-profile.js';

/**
 * Whether somebody who wrote this means a file, and not the name of a profile.
 */
export function isProfilePath(text: string): boolean {
  return /[/\\]|\.(?:json|[cm]?[jt]s)$/.test(text);
}

/**
 * Reads a profile from a file: JSON, or a module that has it as its default export. A module is code and runs with the
 * rights of this process. TypeScript takes a Node.js that can run it (22.18 or later).
 * @throws OptionsError
 */
export async function readProfile(path: string): Promise<StopProfile> {
  const value = extname(path) === '.json' ? await readJson(path) : await importDefault(path);
  return parseProfile(value);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new OptionsError('profile', `must be a file that can be read as JSON (${reason(error)})`, path);
  }
}

async function importDefault(path: string): Promise<unknown> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as typeof module;
  } catch (error) {
    throw new OptionsError('profile', `must be a module that can be imported (${reason(error)})`, path);
  }
  if (module.default !== undefined) return module.default;
  throw new OptionsError('profile', 'must be a module that has the profile as its default export', path);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
